package org.praxino.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.stream.WaltComponents;
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

/** A whole model folder with random weights that makes 9 frames of 32x32 in a blink. */
public final class TinyModel {
    private TinyModel() {}

    public static Path save(Path folder) {
        return save(folder, false);
    }

    /** @param student whether it has one, which streams a latent frame at a time */
    public static Path save(Path folder, boolean student) {
        var codecConfig = new CodecConfig(2, List.of(8, 8, 16), List.of(true, true), List.of(1, 1, 3), 1, 1, 1, 0, 4, false, CodecConfig.Norm.LAYER,
                false, CodecConfig.Padding.FIRST_FRAME, true);
        var network = new WaltConfig(
                new WaltConfig.TokenGrid(4, 3, 2, 2, 2), new WaltConfig.Width(32, 2, 2, 64, 2),
                new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER),
                new WaltConfig.Text(384, WaltConfig.Cross.SPATIAL, 1, true, false), 0, new WaltConfig.Inputs(false, true, false));
        var process = new ProcessConfig(ProcessConfig.Family.FLOW, 3, 4, 2);
        try (var guard = Grad.off();
                var scope = Scope.open("tiny model");
                var codec = new WaltCodec(codecConfig, Params.initialise(1, Device.CPU));
                var transformer = new WaltTransformer(network, Params.initialise(2, Device.CPU))) {
            var info = ModelInfo.of("tiny", "walt", new ModelInfo.ClipSize(32, 32, 9, 8), student ? 1 : null, "Apache-2.0", Provenance.now(network, null, 0, List.of()));
            var parts = new ArrayList<>(List.of(
                    WaltComponents.codec(codecConfig, stirred(codec.params()), DType.F32),
                    WaltComponents.denoiser(network, process, stirred(transformer.params()), DType.F32),
                    WaltComponents.miniLm()));
            if (student) {
                var streaming = new StudentConfig(network, process, new StudentPlan(1, List.of(1000.0, 500.0), 1, 1));
                parts.add(WaltComponents.student(streaming, stirred(transformer.params()), DType.F32));
            }
            ModelFolder.save(folder, info, parts);
        }
        return folder;
    }

    /** Layers that begin at zero would show the same picture for every seed. */
    private static TensorMap stirred(Params params) {
        var random = RandomStream.of(3, "stir");
        var all = new TreeMap<String, Tensor>();
        params.all().forEach((name, w) -> all.put(name, w.add(random.normal(w.shape()).mul(0.2))));
        return new TensorMap(all);
    }
}
