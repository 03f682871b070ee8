package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.FlowSampling;
import org.praxino.diffusion.Guided;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.Phase;
import org.praxino.stream.ResolvedRequest;
import org.praxino.tensor.DType;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.TextStates;
import org.praxino.wan.WanImage;
import org.praxino.wan.WanPrompts;
import org.praxino.wan.folder.Offload;
import org.praxino.wan.folder.WanTask;

/** Generates clips with Wan's bidirectional transformer. Text encoder, transformer and VAE are loaded when needed. */
final class WanClipGenerator implements ClipGenerator {
    private static final int STEPS = 50;

    /** Of image-to-video models. */
    private static final int IMAGE_STEPS = 40;

    private static final long SMALL_FRAME = 832 * 480;

    private final WanNetworks networks;

    /** @param networks stay the caller's */
    WanClipGenerator(WanNetworks networks) {
        this.networks = networks;
    }

    /** Whether this is the 14B model, which has other defaults in Wan's README. */
    private boolean large() {
        return networks.config().dim() > 3000;
    }

    /** Timestep shift, by model and size as in Wan's README. */
    private double shift() {
        var size = networks.info().size();
        boolean small = (long) size.width() * size.height() <= SMALL_FRAME;
        return networks.takesImage() && small ? 3 : large() || networks.takesImage() ? 5 : 8;
    }

    @Override
    public boolean acceptsFirstFrame() {
        return networks.takesImage();
    }

    @Override
    public ResolvedRequest resolve(GenerateRequest r) {
        if (r.given() != null || r.continuation() != null) {
            throw new UserException("a Wan model takes no given frames but the first, and no continuation");
        }
        var size = networks.info().size();
        int frames = r.frames() == null ? (Integer) size.frames() : r.frames();
        if (r.firstFrame() != null && !networks.takesImage()) {
            throw new UserException("this model takes no first frame: a causal student of it does, and Wan's image-to-video models");
        }
        if (r.firstFrame() == null && networks.takesImage()) {
            throw new UserException("model " + networks.info().name() + " makes a video of a picture: give one as the first frame");
        }
        double guidance = r.guidance() == null ? large() || networks.takesImage() ? 5 : 6 : r.guidance();
        networks.check(new WanTask(
                WanTask.Kind.GENERATE, size.width(), size.height(), frames, guidance != 1, networks.dtype(), networks.textDType()));
        String negative = r.negative() == null && guidance != 1 ? WanPrompts.NEGATIVE : r.negative();
        FlowSampling sampling = r.sampling() == null ? new FlowSampling(FlowSampling.Solver.UNIPC, shift()) : r.sampling();
        return new ResolvedRequest(
                PromptCleaning.clean(r.prompt()), negative, r.seedOrRandom(), frames, r.steps() == null ? steps() : r.steps(), guidance,
                r.schedule(), r.firstFrame(), true, sampling);
    }

    @Override
    public GeneratedVideo generate(ResolvedRequest r, GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        int frames = r.frames();
        var out = new ArrayList<Frame>();
        try (var scope = Scope.open("generate")) {
            Tensor latent = latent(r, progress, cancelled);
            if (networks.options().offload().contains(Offload.TILES)) {
                progress.update(0, frames, Phase.DECODING);
                out.addAll(VideoTensors.toFrames(networks.codec().decode(latent).squeeze(0)));
                latent = latent.narrow(2, 0, 0);
            }
            try (var decoder = networks.codec().openDecoder()) {
                for (int t = 0; t < latent.size(2); t++) {
                    check(cancelled);
                    try (var piece = Scope.open("decode")) {
                        out.addAll(VideoTensors.toFrames(decoder.next(latent.narrow(2, t, 1)).squeeze(0))); // [1, 3, t, H, W]
                    }
                    preview.accept(out.getLast());
                    progress.update(Math.min(frames, out.size()), frames, Phase.DECODING);
                }
            }
        }
        var info = networks.info();
        return new GeneratedVideo(out, info.size().fps(), r, info.name(), info.hash(), (System.nanoTime() - start) / 1e9);
    }

    private Tensor latent(ResolvedRequest r, GenerationListener progress, BooleanSupplier cancelled) {
        var size = networks.info().size();
        var codec = networks.vaeConfig();
        int frames = 1 + (r.frames() - 1) / codec.timeFactor();
        int f = codec.spaceFactor();
        Tensor noise = RandomStream.of(r.seed(), "noise")
                .normal(1, codec.latentChannels(), frames, size.height() / f, size.width() / f)
                .to(networks.device());
        Condition positive = condition(r.prompt());
        Condition negative = r.guidance() == 1 ? new Condition.None() : condition(r.negative() == null ? "" : r.negative());
        var request = DenoiserInput.clips(noise, Levels.all(0, 1, frames), positive);
        FlowSampling sampling = Objects.requireNonNull(r.sampling());
        WanImage image = image(r);
        try (var guided = new Guided(
                image == null ? networks.transformer() : networks.transformer().with(image), sampling.process(), request, negative,
                r.schedule().of(r.guidance()), AttentionPolicy.FULL, false)) {
            return sampling.sample(r.steps(), noise, guided, (done, of, x, x0) -> {
                progress.update(done, of, Phase.DENOISING);
                check(cancelled);
            }).to(DType.F32);
        }
    }

    private int steps() {
        return networks.takesImage() ? IMAGE_STEPS : STEPS;
    }

    private @Nullable WanImage image(ResolvedRequest r) {
        if (r.firstFrame() == null) {
            return null;
        }
        networks.checkSize(r.firstFrame(), "the first frame");
        return networks.encodeImage(VideoTensors.toTensor(List.of(r.firstFrame())).unsqueeze(0), r.frames());
    }

    private Condition condition(String prompt) {
        TextStates states = networks.text().encode(List.of(prompt)).to(networks.device(), networks.dtype());
        return new Condition.Text(states.states(), states.mask());
    }

    private static void check(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("stopped");
        }
    }
}
