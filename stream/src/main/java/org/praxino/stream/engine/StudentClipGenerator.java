package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.Phase;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.timeline.PromptBlend;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Generates whole clips with the few-step student. A clip equals the beginning of a stream with the same prompt and seed. Used from one thread. */
public final class StudentClipGenerator implements ClipGenerator {
    /** Longer videos must be streamed. */
    static final int MAX_FRAMES = 10_001;

    private final Networks networks;
    private final ModelInfo info;
    private final BlockRollout.Plan plan;

    /** @param networks owned by the caller */
    public StudentClipGenerator(Networks networks) {
        this.networks = networks;
        this.info = networks.info();
        this.plan = networks.plan();
    }

    @Override
    public ResolvedRequest resolve(GenerateRequest r) {
        if (r.given() != null || r.continuation() != null) {
            throw new UserException("given frames and continuations need the teacher (--teacher): the student takes a first frame, and streams what is long");
        }
        int steps = plan.levels().size();
        if (r.steps() != null && r.steps() != steps) {
            throw new UserException("steps=" + r.steps() + " needs the teacher (--teacher): the student of model " + info.name() + " takes " + steps
);
        }
        if (r.guidance() != null && r.guidance() != 1) {
            throw new UserException("guidance=" + r.guidance() + " needs the teacher (--teacher): the student has a fixed guidance weight");
        }
        if (r.negative() != null && !r.negative().isBlank()) {
            throw new UserException("a negative prompt needs the teacher (--teacher)");
        }
        if (!(r.schedule() instanceof GuidanceSchedule.Constant)) {
            throw new UserException("a guidance schedule needs the teacher (--teacher): the student has a fixed guidance weight");
        }
        if (r.sampling() != null) {
            throw new UserException("the student takes no other sampler: it belongs to the bidirectional models of Wan");
        }
        if (plan.firstBlock() > 0 && r.firstFrame() == null) {
            throw new UserException("model " + info.name() + " begins with a picture (recipe causvid-i2v): give one as the first frame");
        }
        int frames = r.frames() == null ? info.size().frames() : r.frames();
        networks.codec().latentFrames(frames);
        if (frames > MAX_FRAMES) {
            throw new UserException("frames=" + frames + " is more than one clip may have: the limit is " + MAX_FRAMES + ", stream what is longer");
        }
        memoryEstimate().check(frames, networks.codec());
        return new ResolvedRequest(PromptCleaning.clean(r.prompt()), null, r.seedOrRandom(), frames, steps, 1.0, r.schedule(),
                r.firstFrame(), false, null);
    }

    private MemoryEstimate memoryEstimate() {
        return MemoryEstimate.ofFrames(networks.codec(), info.size());
    }

    @Override
    public long memoryBytes(int frames) {
        return memoryEstimate().bytes(networks.codec().latentFrames(frames));
    }

    @Override
    public boolean acceptsFirstFrame() {
        return true;
    }

    @Override
    public GeneratedVideo generate(ResolvedRequest r, GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        int frames = r.frames();
        var out = new ArrayList<Frame>();
        var noise = new ClipNoise(r.seed());
        try (var scope = Scope.open("generate");
                var prompts = new PromptConditions(networks.text(), networks.student(), networks.device(), networks.dtype())) {
            Conditioned condition = prompts.condition(PromptBlend.of(r.prompt()));
            Tensor given = r.firstFrame() == null ? null : networks.encodeFirstFrame(r.firstFrame());
            while (out.size() < frames) {
                given = rollOut(r, given, condition, noise, out, progress, preview, cancelled);
            }
        }
        List<Frame> clip = out.subList(0, frames);
        return new GeneratedVideo(clip, info.size().fps(), r, info.name(), info.hash(), (System.nanoTime() - start) / 1e9);
    }

    /** One roll-out, to the end of the clip or its own. @param given its first block, or null @return the next one's first block, or null at the end */
    private @Nullable Tensor rollOut(
            ResolvedRequest r, @Nullable Tensor given, Conditioned condition, ClipNoise noise, List<Frame> out,
            GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled) {
        int last = networks.blocksPerRollout() - 1;
        int frames = r.frames();
        try (var rollout = networks.rollout();
                var decoder = networks.codec().openDecoder()) {
            for (int i = 0; out.size() < frames; i++) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("stopped");
                }
                try (var piece = Scope.open("piece")) {
                    Tensor block;
                    if (i == 0 && given != null) {
                        rollout.accept(given, condition);
                        block = given;
                    } else {
                        block = rollout.next(condition, noise);
                    }
                    noise.nextBlock();
                    for (int t = 0; t < block.size(2); t++) {
                        Tensor video = decoder.next(block.narrow(2, t, 1)); // [1, 3, T, H, W]
                        if (i == last) {
                            long shown = video.size(2) - 1;
                            out.addAll(VideoTensors.toFrames(video.narrow(2, 0, shown).squeeze(0)));
                            preview.accept(out.getLast());
                            progress.update(Math.min(frames, out.size()), frames, Phase.STREAMING);
                            return piece.keep(networks.overlapBlock(block, video.narrow(2, shown, 1)));
                        }
                        out.addAll(VideoTensors.toFrames(video.squeeze(0)));
                    }
                }
                preview.accept(out.getLast());
                progress.update(Math.min(frames, out.size()), frames, Phase.STREAMING);
            }
            return null;
        }
    }

    /** Noise by the block's number in the clip; roll-outs count their own blocks from 0. */
    private static final class ClipNoise implements BlockRollout.Noise {
        private final BlockRollout.Noise seeded;
        private long block;

        ClipNoise(long seed) {
            this.seeded = BlockRollout.Noise.seeded(seed);
        }

        void nextBlock() {
            block++;
        }

        @Override
        public Tensor draw(long inRollout, int step, long... shape) {
            return seeded.draw(block, step, shape);
        }
    }
}
