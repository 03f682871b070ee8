package org.praxino.stream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.media.Frame;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** A model folder with random weights, teacher and student, that streams 32x32 at 8 frames a second: 4 frames a latent frame. */
final class TinyStream {
    private TinyStream() {}

    /** @param block latent frames that the student makes at a time; 0 for no student @param seed of the student's weights */
    static Path save(Path folder, int block, long seed) {
        var codecConfig = new CodecConfig(2, List.of(8, 8, 16), List.of(true, true), List.of(1, 1, 3), 1, 1, 1, 0, 4, false, CodecConfig.Norm.LAYER,
                false, CodecConfig.Padding.FIRST_FRAME, true);
        var network = new WaltConfig(
                new WaltConfig.TokenGrid(4, 6, 2, 2, 2), new WaltConfig.Width(32, 2, 2, 64, 2),
                new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER),
                new WaltConfig.Text(384, WaltConfig.Cross.SPATIAL, 1, true, false), 0, new WaltConfig.Inputs(false, true, false));
        var process = new ProcessConfig(ProcessConfig.Family.FLOW, 3, 4, 2);
        try (var guard = Grad.off();
                var scope = Scope.open("tiny model");
                var codec = new WaltCodec(codecConfig, Params.initialise(1, Device.CPU));
                var transformer = new WaltTransformer(network, Params.initialise(2, Device.CPU))) {
            var info = ModelInfo.of("tiny", "walt", new ModelInfo.ClipSize(32, 32, 9, 8), block, "Apache-2.0", Provenance.now(network, null, 0, List.of()));
            var parts = new ArrayList<>(List.of(
                    WaltComponents.codec(codecConfig, randomised(codec.params(), 3), DType.F32),
                    WaltComponents.denoiser(network, process, randomised(transformer.params(), 3), DType.F32),
                    WaltComponents.miniLm()));
            if (block > 0) {
                var student = new StudentConfig(network, process, new StudentPlan(block, List.of(1000.0, 500.0), block, 6 - 2 * block));
                parts.add(WaltComponents.student(student, randomised(transformer.params(), seed), DType.F32));
            }
            ModelFolder.save(folder, info, parts);
        }
        return folder;
    }

    static VideoModel open(Path folder) {
        return VideoModel.open(folder.toString(), Device.CPU, DType.F32);
    }

    /** Layers that begin at zero would show the same picture for every seed. */
    private static TensorMap randomised(Params params, long seed) {
        var random = RandomStream.of(seed, "stir");
        var all = new TreeMap<String, Tensor>();
        params.all().forEach((name, w) -> all.put(name, w.add(random.normal(w.shape()).mul(0.2))));
        return new TensorMap(all);
    }

    /** The next {@code count} frames, or all until the end. */
    static List<Frame> take(VideoStream stream, int count) {
        var frames = new ArrayList<Frame>();
        while (frames.size() < count && stream.hasNext()) {
            frames.add(stream.next());
        }
        return frames;
    }

    /** The bytes of frames: equal when the pictures are. */
    static List<List<Byte>> pixels(List<Frame> frames) {
        return frames.stream().map(f -> {
            var bytes = new ArrayList<Byte>();
            for (byte b : f.data()) {
                bytes.add(b);
            }
            return (List<Byte>) bytes;
        }).toList();
    }
}
