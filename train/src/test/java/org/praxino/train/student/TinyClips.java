package org.praxino.train.student;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.praxino.codec.VideoCodec;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextEncoder;
import org.praxino.text.TextStateCache;
import org.praxino.text.TextStates;
import org.praxino.train.data.ClipSource;
import org.praxino.train.data.Sample;
import org.praxino.train.latent.LatentStore;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** Clips of a few pixels, a tokenizer that drops frames, an encoder of words, and a network small enough for all of it. */
public final class TinyClips implements AutoCloseable {
    /** Rotary time, text, 8×8 latents of 3 channels. */
    public static final WaltConfig NETWORK = new WaltConfig(
            new WaltConfig.TokenGrid(3, 6, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, 2),
            new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER),
            new WaltConfig.Text(6, WaltConfig.Cross.SPATIAL, 2, true, false), 0, new WaltConfig.Inputs(false, true, false));

    public static final ProcessConfig FLOW = new ProcessConfig(ProcessConfig.Family.FLOW, 3, 8, 2);
    public static final ProcessConfig ZERO_SNR = new ProcessConfig(ProcessConfig.Family.ZERO_TERMINAL_SNR, 1, 8, 2);

    private static final int CLIPS = 6;

    private final TextStateCache texts;
    private final LatentStore latents;
    private final VideoCodec codec = new Dropping();

    /** Five latent frames each. */
    public TinyClips(Path folder) {
        var encoder = new Words();
        texts = TextStateCache.open(folder.resolve("text"), encoder, DType.F32);
        latents = LatentStore.open(
                folder.resolve("latents"), new LatentStore.Key("tiny", "dropping", 1, 17), CLIPS, new Squares(), codec, Device.CPU, Progress.SILENT);
        texts.fill(IntStream.range(0, latents.size()).mapToObj(i -> latents.caption(i).caption()).distinct().toList(), Progress.SILENT);
    }

    public StoredClips of(Integer... lengths) {
        return new StoredClips(latents, texts, List.of(lengths), Device.CPU);
    }

    public VideoCodec codec() {
        return codec;
    }

    /** A network that already says something of everything it is told. */
    public static WaltTransformer network(long seed) {
        var network = new WaltTransformer(NETWORK, Params.initialise(seed, Device.CPU));
        network.params().all().forEach((name, w) ->
                w.copyFrom(RandomStream.of(seed, name).normal(w.shape()).mul(w.dim() > 1 ? 0.2 : 0.1).add(name.endsWith("norm") ? 1 : 0)));
        return network;
    }

    /** A network of the same weights in memory of its own. */
    public static WaltTransformer copy(WaltTransformer network) {
        var other = new WaltTransformer(NETWORK, Params.initialise(0, Device.CPU));
        other.params().all().forEach((name, w) -> w.copyFrom(network.params().all().get(name)));
        return other;
    }

    @Override
    public void close() {
        latents.close();
        texts.close();
    }

    /** A square that moves to the right, red or blue. */
    private record Squares() implements ClipSource {
        @Override
        public Sample sample(long seed, long index, int frames) {
            boolean red = index % 2 == 0;
            byte[] rgb = new byte[frames * 8 * 8 * 3];
            for (int t = 0; t < frames; t++) {
                for (int y = 2; y < 6; y++) {
                    for (int x = 0; x < 8; x++) {
                        boolean in = (x + 16 - t / 4) % 8 < 4;
                        rgb[((t * 8 + y) * 8 + x) * 3 + (red ? 0 : 2)] = (byte) (in ? 255 : 40);
                    }
                }
            }
            return new Sample(rgb, frames, 8, 8, red ? "a red square " + index : "a blue square " + index, "square", false);
        }

        @Override
        public int height() {
            return 8;
        }

        @Override
        public int width() {
            return 8;
        }

        @Override
        public double fps() {
            return 8;
        }

        @Override
        public String digest() {
            return "squares";
        }
    }

    /** Keeps every fourth frame as it is. */
    private static final class Dropping implements WholeClipCodec {
        @Override
        public int latentChannels() {
            return 3;
        }

        @Override
        public int timeFactor() {
            return 4;
        }

        @Override
        public int spaceFactor() {
            return 1;
        }

        @Override
        public Tensor encode(Tensor video) {
            long kept = (video.size(2) - 1) / 4 + 1;
            return video.indexSelect(2, Tensor.of(IntStream.range(0, (int) kept).mapToLong(i -> 4L * i).toArray()));
        }

        @Override
        public Tensor decode(Tensor latents) {
            long frames = 4 * (latents.size(2) - 1) + 1;
            return latents.indexSelect(2, Tensor.of(IntStream.range(0, (int) frames).mapToLong(i -> (i + 3) / 4).toArray())).clamp(-1, 1);
        }
    }

    /** A random state for each word. */
    private record Words() implements TextEncoder {
        @Override
        public TextStates encode(List<String> prompts) {
            var rows = new ArrayList<Tensor>();
            for (String p : prompts) {
                rows.add(Tensor.stack(Arrays.stream(p.split(" ")).map(w -> RandomStream.of(1, w).normal(6)).toList(), 0));
            }
            return TextStates.pad(rows);
        }

        @Override
        public List<String> unknownWords(String prompt) {
            return List.of();
        }

        @Override
        public int width() {
            return 6;
        }

        @Override
        public int maxTokens() {
            return 16;
        }

        @Override
        public String id() {
            return "words";
        }

        @Override
        public void close() {}
    }
}
