package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.Guided;
import org.praxino.diffusion.Process;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.Phase;
import org.praxino.stream.ResolvedRequest;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.TextStates;
import org.praxino.walt.CodecFlops;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltCodec;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltFlops;

/** Generates clips with the bidirectional W.A.L.T transformer. */
public final class WaltClipGenerator implements ClipGenerator {
    /** The contents of a denoiser folder's config.json. */
    public record DenoiserFile(WaltConfig network, ProcessConfig process) {}

    private final WaltNetworks networks;
    private final ModelInfo info;
    private final WaltConfig network;
    private final WaltCodec codec;
    private final ProcessConfig process;
    private final MemoryEstimate memory;

    /** @param networks stay the caller's */
    WaltClipGenerator(WaltNetworks networks) {
        var file = networks.folder().config(ModelFolder.DENOISER, DenoiserFile.class);
        this.networks = networks;
        this.info = networks.info();
        this.network = file.network;
        this.codec = networks.codec();
        this.process = file.process;
        this.memory = MemoryEstimate.of(network, codec.config(), info.size());
    }

    @Override
    public int maxFrames() {
        return 4 * (info.size().frames() - 1) + 1;
    }

    @Override
    public long memoryBytes(int frames) {
        return memory.bytes(codec.latentFrames(frames));
    }

    @Override
    public boolean acceptsFirstFrame() {
        return network.inputs().frameCondition();
    }

    @Override
    public ResolvedRequest resolve(GenerateRequest r) {
        if (r.sampling() != null) {
            throw new UserException("a W.A.L.T model takes no other sampler: it belongs to the bidirectional models of Wan");
        }
        int frames = r.frames() == null ? info.size().frames() : r.frames();
        codec.latentFrames(frames);
        if (frames > maxFrames()) {
            throw new UserException("frames=" + frames + " is more than this model can make at once: the limit is " + maxFrames());
        }
        memory.check(frames, codec);
        if (r.firstFrame() != null && !acceptsFirstFrame()) {
            throw new UserException("this model takes no first frame");
        }
        return new ResolvedRequest(
                PromptCleaning.clean(r.prompt()), r.negative(), r.seedOrRandom(), frames, r.steps() == null ? process.steps() : r.steps(),
                r.guidance() == null ? process.guidance() : r.guidance(), r.schedule(), r.firstFrame(), true, null);
    }

    @Override
    public GeneratedVideo generate(ResolvedRequest r, GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        try (var off = Grad.off();
                var scope = Scope.open("generate")) {
            Tensor latent = latent(r, progress, cancelled);
            int frames = r.frames();
            var out = new ArrayList<Frame>();
            try (var decoder = codec.openDecoder()) {
                for (int t = 0; t < latent.size(2); t++) {
                    check(cancelled);
                    try (var piece = Scope.open("decode")) {
                        Tensor video = decoder.next(latent.narrow(2, t, 1)); // [1, 3, t, H, W]
                        out.addAll(VideoTensors.toFrames(video.squeeze(0)));
                    }
                    preview.accept(out.getLast());
                    progress.update(Math.min(frames, out.size()), frames, Phase.DECODING);
                }
            }
            return new GeneratedVideo(
                    out, info.size().fps(), r, info.name(), info.hash(),
                    (System.nanoTime() - start) / 1e9);
        }
    }

    private Tensor latent(ResolvedRequest r, GenerationListener progress, BooleanSupplier cancelled) {
        Process p = process.process();
        int frames = codec.latentFrames(r.frames());
        int height = info.size().height() / codec.spaceFactor();
        int width = info.size().width() / codec.spaceFactor();
        Tensor noise = RandomStream.of(r.seed(), "noise").normal(1, codec.latentChannels(), frames, height, width).to(networks.device());
        Condition positive = condition(r.prompt());
        Condition negative = r.negative() == null || r.negative().isBlank() ? new Condition.None() : condition(r.negative());
        var request = DenoiserInput.clips(noise, Levels.all(0, 1, frames), positive)
                .withGiven(given(r.firstFrame(), noise));
        try (var guided = new Guided(
                networks.sampler(), p, request, negative, r.schedule().of(r.guidance()), AttentionPolicy.FULL,
                network.inputs().selfConditioning())) {
            return Ddim.sample(p, process.sampling(r.steps()), noise, guided, (done, of, x, x0) -> {
                progress.update(done, of, Phase.DENOISING);
                check(cancelled);
            });
        }
    }

    private static void check(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("stopped");
        }
    }

    private Condition condition(String prompt) {
        TextStates states = networks.text().encode(List.of(prompt)).to(networks.device(), networks.dtype());
        return new Condition.Text(states.states(), states.mask());
    }

    /** The image as the known first latent frame of a clip. */
    private @Nullable GivenFrames given(@Nullable Frame picture, Tensor noise) {
        if (picture == null) {
            return null;
        }
        networks.checkSize(picture, "the first frame");
        Tensor image = VideoTensors.toTensor(List.of(picture)).unsqueeze(0).to(networks.device()); // [1, 3, 1, H, W]
        Tensor first = codec.encode(image).to(DType.F32);
        long rest = noise.size(2) - 1;
        Tensor all = rest == 0 ? first : Tensor.cat(2, first, noise.narrow(2, 1, rest).mul(0));
        return GivenFrames.first(all, 1);
    }

    double stepFlops(ResolvedRequest r) {
        int frames = codec.latentFrames(r.frames());
        var size = info.size();
        int words = (int) Arrays.stream(r.prompt().split("\\s+")).count() + 2;
        return WaltFlops.forward(
                network, r.guidance() == 1 ? 1 : 2, frames, size.height() / codec.spaceFactor(), size.width() / codec.spaceFactor(),
                words);
    }

    double decodeFlops(ResolvedRequest r) {
        return CodecFlops.decode(codec.config(), r.frames(), info.size().height(), info.size().width());
    }
}
