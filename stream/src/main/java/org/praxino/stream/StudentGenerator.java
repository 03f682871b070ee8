package org.praxino.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.praxino.condition.Condition;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.timeline.Mix;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Prompt to a whole clip with the few-step student: the frames that a stream of the same prompt and seed begins with. Used from one thread. */
final class StudentGenerator implements ClipMaker {
    /** Longer clips are streamed and not held in memory. */
    static final int MAX_FRAMES = 10_001;

    private final Networks networks;
    private final ModelInfo info;
    private final BlockRollout.Plan plan;

    /** @param networks stay the caller's */
    StudentGenerator(Networks networks) {
        this.networks = networks;
        this.info = networks.info();
        this.plan = networks.plan();
    }

    @Override
    public GenerateRequest resolve(GenerateRequest r) {
        int steps = plan.levels().size();
        if (r.steps() != null && r.steps() != steps) {
            throw new UserException("steps=" + r.steps() + " belongs to the teacher: the student of model " + info.name() + " takes " + steps
                    + ", ask for the teacher to choose");
        }
        if (r.guidance() != null && r.guidance() != 1) {
            throw new UserException("guidance=" + r.guidance() + " belongs to the teacher: the student has learnt it, ask for the teacher to choose");
        }
        if (r.negative() != null && !r.negative().isBlank()) {
            throw new UserException("a negative prompt belongs to the teacher: the student takes none, ask for the teacher to use one");
        }
        int frames = r.frames() == null ? info.size().frames() : r.frames();
        networks.codec().latentFrames(frames);
        if (frames > MAX_FRAMES) {
            throw new UserException("frames=" + frames + " is more than one clip may have: the most is " + MAX_FRAMES + ", stream what is longer");
        }
        memory().check(frames, networks.codec());
        return new GenerateRequest(PromptCleaning.clean(r.prompt()), null, r.seeded().seed(), frames, steps, 1.0, r.schedule(), r.firstFrame(), false);
    }

    private MemoryPlan memory() {
        return MemoryPlan.ofFrames(networks.codec(), info.size());
    }

    @Override
    public long memoryBytes(int frames) {
        return memory().bytes(networks.codec().latentFrames(frames));
    }

    @Override
    public boolean takesFirstFrame() {
        return true;
    }

    @Override
    public GeneratedVideo generate(GenerateRequest r, Progress progress, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        int frames = r.frames();
        var out = new ArrayList<Frame>();
        try (var scope = Scope.open("generate");
                var prompts = new Prompts(networks.text(), networks.device(), networks.dtype());
                var rollout = networks.rollout();
                var decoder = networks.codec().openDecoder()) {
            Condition condition = prompts.condition(Mix.of(r.prompt()));
            var noise = BlockRollout.Noise.seeded(r.seed());
            while (out.size() < frames) {
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("stopped");
                }
                try (var piece = Scope.open("piece")) {
                    Tensor block = r.firstFrame() != null && rollout.block() == 0
                            ? accepted(rollout, r.firstFrame(), condition)
                            : rollout.next(condition, noise);
                    for (int t = 0; t < block.size(2); t++) {
                        out.addAll(VideoTensors.toFrames(decoder.next(block.narrow(2, t, 1)).squeeze(0)));
                    }
                }
                progress.update(Math.min(frames, out.size()), frames, "decoding");
            }
        }
        List<Frame> clip = out.subList(0, frames);
        return new GeneratedVideo(clip, info.size().fps(), r, info.name(), info.hash(), (System.nanoTime() - start) / 1e9);
    }

    private Tensor accepted(BlockRollout rollout, Frame picture, Condition condition) {
        Tensor still = networks.still(picture);
        rollout.accept(still, condition);
        return still;
    }
}
