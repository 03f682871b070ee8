package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.GivenMask;
import org.praxino.condition.Levels;
import org.praxino.condition.LowResolution;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.Guided;
import org.praxino.diffusion.GuidedBy;
import org.praxino.diffusion.Process;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.Continuation;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.GivenVideo;
import org.praxino.stream.Phase;
import org.praxino.stream.PromptKind;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.WaltDenoiserFile;
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
    /** Most frames of a clip that is made piece by piece. */
    private static final int MOST_CONTINUED = 100_001;

    /** Latent frames at the end of a piece that the next one begins with: five pixel frames (W.A.L.T 3.6). */
    private static final int OVERLAP = 2;

    private final WaltNetworks networks;
    private final ModelInfo info;
    private final WaltDenoiserFile file;
    private final WaltConfig network;
    private final WaltCodec codec;
    private final ProcessConfig process;
    private final MemoryEstimate memory;
    private final GivenLatents known;

    /** @param networks stay the caller's */
    WaltClipGenerator(WaltNetworks networks) {
        this.file = networks.denoiserFile();
        this.networks = networks;
        this.info = networks.info();
        this.network = file.network();
        this.codec = networks.codec();
        this.process = file.process();
        this.memory = MemoryEstimate.of(network, codec.config(), info.size());
        this.known = new GivenLatents(networks);
    }

    @Override
    public int maxFrames() {
        return network.windows().time() == WaltConfig.TimePosition.LEARNED ? codec.frames(network.tokens().frames()) : 4 * (info.size().frames() - 1) + 1;
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
        int frames = r.frames() == null ? frames(r.given()) : r.frames();
        codec.latentFrames(frames);
        if (r.continuation() == null && frames > maxFrames()) {
            throw new UserException("frames=" + frames + " is more than this model can make at once: the most is " + maxFrames()
                    + (acceptsFirstFrame() ? "; a continuation makes longer ones piece by piece" : ""));
        }
        if (r.continuation() != null) {
            checkContinuation(frames);
        }
        memory.check(r.continuation() == null ? frames : Math.min(frames, info.size().frames()), codec);
        if (r.firstFrame() != null && !acceptsFirstFrame()) {
            throw new UserException("this model takes no first frame");
        }
        boolean small = r.given() != null && r.given().part() instanceof GivenVideo.HalfSize;
        if (small != network.inputs().lowResolution()) {
            throw new UserException(small ? "this model is no super-resolution stage and enlarges nothing"
                    : "this model enlarges clips of " + info.size().width() / 2 + "x" + info.size().height() / 2 + ": give it one");
        }
        if (r.given() != null) {
            checkGiven(r.given(), frames);
        }
        double guidance = r.guidance() != null ? r.guidance() : networks.promptKind() == PromptKind.NONE ? 1 : process.guidance();
        if (networks.promptKind() == PromptKind.NONE && guidance != 1 && (r.given() == null || r.given().guidedBy() != GuidedBy.FRAMES)) {
            throw new UserException("guidance=" + guidance + " has nothing to guide by: this model takes neither text nor class; guide by given frames");
        }
        if (networks.promptKind() != PromptKind.TEXT && r.negative() != null && !r.negative().isBlank()) {
            throw new UserException("a negative prompt needs a model that takes text");
        }
        return new ResolvedRequest(
                prompt(r.prompt()), r.negative(), r.seedOrRandom(), frames, r.steps() == null ? process.steps() : r.steps(), guidance, r.schedule(),
                r.firstFrame(), true, null, r.given(), r.continuation());
    }

    /** What is given whole says how long the clip is. */
    private int frames(@Nullable GivenVideo given) {
        return switch (given == null ? null : given.part()) {
            case GivenVideo.Region r -> r.frames().size();
            case GivenVideo.HalfSize h -> h.frames().size();
            case null, default -> info.size().frames();
        };
    }

    private void checkContinuation(int frames) {
        if (!file.masks().contains(GivenMask.FIRST)) {
            throw new UserException("this model was not trained to go on from given frames: it makes clips of up to " + maxFrames() + " frames");
        }
        if (codec.latentFrames(info.size().frames()) <= OVERLAP) {
            throw new UserException("this model's clips have " + info.size().frames() + " frames, too few to go on from: a continuation takes the last "
                    + codec.frames(OVERLAP));
        }
        if (frames > MOST_CONTINUED) {
            throw new UserException("frames=" + frames + " is more than one clip may have: the most is " + MOST_CONTINUED);
        }
    }

    private void checkGiven(GivenVideo given, int frames) {
        if (!(given.part() instanceof GivenVideo.HalfSize)) {
            if (!acceptsFirstFrame()) {
                throw new UserException("this model takes no given frames: it was made with frameCondition=false");
            }
            if (given.part() instanceof GivenVideo.Ends && codec.latentFrames(frames) < 3) {
                throw new UserException("frames=" + frames + " leaves nothing between two pictures: ask for " + codec.frames(3) + " or more");
            }
        }
        known.check(given.part(), frames);
    }

    private String prompt(String given) {
        return switch (networks.promptKind()) {
            case TEXT -> PromptCleaning.clean(given);
            case CLASS -> networks.classes().names().get(networks.classes().number(given));
            case NONE -> given;
        };
    }

    @Override
    public GeneratedVideo generate(ResolvedRequest r, GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        try (var off = Grad.off();
                var scope = Scope.open("generate");
                var decoder = codec.openDecoder()) {
            var run = new Run(r, progress, preview, cancelled);
            List<Frame> frames = r.continuation() == null ? run.whole(decoder) : run.pieces(decoder, r.continuation());
            return new GeneratedVideo(
                    GivenLatents.kept(r.given() == null ? null : r.given().part(), frames), info.size().fps(), r, info.name(), info.hash(),
                    (System.nanoTime() - start) / 1e9);
        }
    }

    /** One request on its way. */
    private final class Run {
        private final ResolvedRequest r;
        private final GenerationListener progress;
        private final Consumer<Frame> preview;
        private final BooleanSupplier cancelled;

        Run(ResolvedRequest r, GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled) {
            this.r = r;
            this.progress = progress;
            this.preview = preview;
            this.cancelled = cancelled;
        }

        List<Frame> whole(VideoCodec.Streaming decoder) {
            long[] shape = shape(codec.latentFrames(r.frames()));
            Tensor noise = RandomStream.of(r.seed(), "noise").normal(shape).to(networks.device());
            var frames = new ArrayList<Frame>();
            decode(decoder, latent(noise, given()), frames);
            return frames;
        }

        /** What the clip, or its first piece, is made around. */
        private @Nullable GivenVideo given() {
            return r.firstFrame() == null ? r.given() : new GivenVideo(new GivenVideo.Start(List.of(r.firstFrame())), GuidedBy.CONDITION);
        }

        /** Piece by piece, each from the last five frames of the one before. */
        List<Frame> pieces(VideoCodec.Streaming decoder, Continuation how) {
            int most = codec.latentFrames(info.size().frames());
            var frames = new ArrayList<Frame>();
            Tensor last = null; // the last latent frame so far, owned
            try {
                for (int piece = 0; frames.size() < r.frames(); piece++) {
                    try (var scope = Scope.open("piece")) {
                        int rest = (r.frames() - frames.size() + codec.timeFactor() - 1) / codec.timeFactor();
                        long[] shape = shape(piece == 0 ? Math.min(most, codec.latentFrames(r.frames())) : Math.min(most, OVERLAP + rest));
                        Tensor noise = (piece == 0 ? RandomStream.of(r.seed(), "noise") : RandomStream.of(r.seed(), "piece noise", piece))
                                .normal(shape).to(networks.device());
                        Tensor latent;
                        if (piece == 0) {
                            latent = latent(noise, given());
                            decode(decoder, latent, frames);
                        } else {
                            GivenFrames before = known.first(end(how, frames, last), shape);
                            latent = latent(noise, before, before, GuidedBy.CONDITION);
                            goOn(how, decoder, latent, frames);
                        }
                        Tensor now = latent.narrow(2, latent.size(2) - 1, 1).copy().own();
                        if (last != null) {
                            last.close();
                        }
                        last = now;
                    }
                }
                return frames;
            } finally {
                if (last != null) {
                    last.close();
                }
            }
        }

        /** The last five frames as two latent frames. */
        private Tensor end(Continuation how, List<Frame> frames, @Nullable Tensor last) {
            List<Frame> five = frames.subList(frames.size() - codec.frames(OVERLAP), frames.size());
            return how == Continuation.REENCODE || last == null ? networks.encode(five) : Tensor.cat(2, networks.encode(five.subList(0, 1)), last);
        }

        private void goOn(Continuation how, VideoCodec.Streaming decoder, Tensor latent, List<Frame> frames) {
            if (how == Continuation.LATENTS) {
                decode(decoder, latent.narrow(2, OVERLAP, latent.size(2) - OVERLAP), frames);
                return;
            }
            var piece = new ArrayList<Frame>();
            try (var own = codec.openDecoder()) {
                decode(own, latent, piece);
            }
            frames.addAll(piece.subList(codec.frames(OVERLAP), piece.size()));
        }

        private void decode(VideoCodec.Streaming decoder, Tensor latent, List<Frame> frames) {
            for (int t = 0; t < latent.size(2); t++) {
                check();
                try (var piece = Scope.open("decode")) {
                    Tensor video = decoder.next(latent.narrow(2, t, 1)); // [1, 3, t, H, W]
                    frames.addAll(VideoTensors.toFrames(video.squeeze(0)));
                }
                preview.accept(frames.getLast());
                progress.update(Math.min(r.frames(), frames.size()), r.frames(), Phase.DECODING);
            }
        }

        private Tensor latent(Tensor noise, @Nullable GivenVideo given) {
            if (given == null || given.part() instanceof GivenVideo.HalfSize) {
                return latent(noise, null, null, GuidedBy.CONDITION);
            }
            GivenFrames frames = known.of(given.part(), noise.shape());
            // A network that never saw such a mask is not told; what is known is put back all the same.
            return latent(noise, frames, file.masks().contains(GivenLatents.kind(given.part())) ? frames : null, given.guidedBy());
        }

        /** @param given put back after every step, or null @param told what the network sees of it, or null */
        private Tensor latent(Tensor noise, @Nullable GivenFrames given, @Nullable GivenFrames told, GuidedBy guidedBy) {
            Process p = process.process();
            Condition positive = condition(r.prompt());
            Condition negative = r.negative() == null || r.negative().isBlank() ? new Condition.None() : condition(r.negative());
            var request = DenoiserInput.clips(noise, Levels.all(0, 1, (int) noise.size(2)), positive).withGiven(told).withLowRes(halfSize(p));
            try (var guided = new Guided(
                    networks.sampler(), p, request, negative, r.schedule().of(r.guidance()), guidedBy, AttentionPolicy.FULL,
                    network.inputs().selfConditioning())) {
                return Ddim.sample(p, process.sampling(r.steps()), noise, guided, given, (done, of, x, x0) -> {
                    progress.update(done, of, Phase.DENOISING);
                    check();
                });
            }
        }

        private @Nullable LowResolution halfSize(Process p) {
            if (r.given() == null || !(r.given().part() instanceof GivenVideo.HalfSize h)) {
                return null;
            }
            double level = Math.rint(h.noise());
            Tensor clean = codec.encode(VideoTensors.toTensor(h.frames()).unsqueeze(0).to(networks.device())).to(DType.F32);
            Tensor noise = RandomStream.of(r.seed(), "low resolution").normal(clean.shape()).to(networks.device());
            Tensor noisy = p.noisy(clean, noise, Levels.all(level, 1, (int) clean.size(2)));
            return new LowResolution(noisy, Tensor.of(new float[] {(float) level}, 1).to(networks.device()));
        }

        private void check() {
            if (cancelled.getAsBoolean()) {
                throw new CancellationException("stopped");
            }
        }
    }

    private long[] shape(int latents) {
        return new long[] {1, codec.latentChannels(), latents, info.size().height() / codec.spaceFactor(), info.size().width() / codec.spaceFactor()};
    }

    private Condition condition(String prompt) {
        return switch (networks.promptKind()) {
            case TEXT -> {
                TextStates states = networks.text().encode(List.of(prompt)).to(networks.device(), networks.dtype());
                yield new Condition.Text(states.states(), states.mask());
            }
            case CLASS -> Condition.classes(networks.device(), networks.classes().number(prompt));
            case NONE -> new Condition.None();
        };
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
