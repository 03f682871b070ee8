package org.praxino.train.dmd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.BlockLevels;
import org.praxino.train.student.StoredClips;

/** Samples clips from the student. The result depends on the task only, so it can be recomputed. */
final class StudentSampler {
    /** Latent frames before a frame that its pixels are decoded with. */
    private static final int CONTEXT = 3;

    /**
     * What to sample.
     *
     * @param clean stored clips: what is noised, or only as many and as long as what is made
     * @param seed of noise and levels
     * @param exit for a roll-out, where among the steps of a block the last one lies, from 0 to below 1
     * @param contextFrames latent frames of the stream before those that are scored
     */
    record Task(Tensor clean, Condition.Text text, long seed, double exit, int contextFrames) {
        int clips() {
            return (int) clean.size(0);
        }

        int frames() {
            return (int) clean.size(2);
        }
    }

    private final DmdTraining config;
    private final TrainableDenoiser network;
    private final BlockRollout.Plan student;
    private final StoredClips clips;
    private final VideoCodec codec;

    /** @param network the student, not owned @param codec encodes first frames again, not owned */
    StudentSampler(DmdTraining config, TrainableDenoiser network, BlockRollout.Plan student, StoredClips clips, VideoCodec codec) {
        this.config = config;
        this.network = network;
        this.student = student;
        this.clips = clips;
        this.codec = codec;
    }

    Task task(RandomStream random, int count) {
        StoredClips.Batch batch = clips.draw(random, random, count);
        DmdTraining.LongRollout longer = config.longRollout();
        int context = longer != null && random.uniform() < longer.probability() ? longer.contextFrames() : 0;
        return new Task(batch.clean(), batch.text(), random.nextLong(), random.uniform(), context);
    }

    /** Clips [B, C, T, H, W], with a gradient where gradients are recorded. */
    Tensor sample(Task task) {
        return switch (config.input()) {
            case REAL -> {
                Noised n = noisedClips(task);
                yield n.clean(network.predict(n.in, policy()));
            }
            case ROLLOUT -> {
                var past = new ArrayList<Tensor>();
                var blocks = new ArrayList<Tensor>();
                rollOut(task, past::add, (block, made) -> blocks.add(made));
                Tensor clip = Tensor.cat(blocks, 2);
                yield task.contextFrames == 0 ? clip : Tensor.cat(2, reencodeFirstFrame(past, clip), clip.narrow(2, 1, clip.size(2) - 1));
            }
        };
    }

    /** The first frame of {@code clip}, encoded as a still: what the last of its pixel frames shows. */
    private Tensor reencodeFirstFrame(List<Tensor> past, Tensor clip) {
        try (var guard = Grad.off();
                var scope = Scope.open("coded anew")) {
            Tensor before = Tensor.cat(past, 2);
            long context = Math.min(CONTEXT, before.size(2));
            Tensor latents = Tensor.cat(2, before.narrow(2, before.size(2) - context, context), clip.detach().narrow(2, 0, 1));
            Tensor video = codec.decode(latents); // [B, 3, 1 + 4·context, H, W]
            return scope.keep(codec.encode(video.narrow(2, video.size(2) - 1, 1)).to(DType.F32));
        }
    }

    /**
     * Accumulates the student's gradients, generating the same clips again: layer by layer, or a stream block by block.
     *
     * @param gradient of the clips, [B, C, T, H, W]
     */
    void backward(Task task, Tensor gradient) {
        switch (config.input()) {
            case REAL -> {
                Noised n = noisedClips(task);
                Tensor predicted = Tensor.zeros(DType.F32, clips.device(), gradient.shape()).requiresGrad(true); // clips are linear in it
                n.clean(predicted).backward(gradient);
                network.backward(n.in, policy(), predicted.grad());
            }
            case ROLLOUT -> rollOut(task, made -> {}, (block, made) -> {
                int skipped = block == 0 && task.contextFrames > 0 ? 1 : 0; // the re-encoded frame
                int frames = student.block() - skipped;
                if (frames > 0) {
                    made.narrow(2, skipped, frames).backward(gradient.narrow(2, (long) block * student.block() + skipped, frames));
                }
            });
        }
    }

    private AttentionPolicy policy() {
        return new AttentionPolicy.BlockCausal(student.block());
    }

    /** Stored clips, each block noised on its own. */
    private record Noised(Process process, DenoiserInput in, Levels levels) {
        Tensor clean(Tensor predicted) {
            return process.x0(predicted, in.noisy(), levels);
        }
    }

    private Noised noisedClips(Task task) {
        Process process = student.process();
        var random = RandomStream.of(task.seed, "levels");
        int choices = student.levels().size() + 1; // 0 is one of them (CausVid algorithm 1)
        Levels levels = BlockLevels.of(task.clips(), task.frames(), student.block(), () -> {
            int choice = random.nextInt(choices);
            return choice + 1 == choices ? 0 : student.levels().get(choice);
        });
        Tensor eps = RandomStream.of(task.seed, "noise").normal(task.clean.shape()).to(clips.device());
        Tensor noisy = process.noisy(task.clean, eps, levels);
        return new Noised(process, DenoiserInput.clips(noisy, levels, task.text), levels);
    }

    /** @param context receives the blocks before those that are scored @param scored receives each scored block and its number */
    private void rollOut(Task task, Consumer<Tensor> context, BiConsumer<Integer, Tensor> scored) {
        long[] s = task.clean.shape();
        var size = new BlockRollout.LatentSize((int) s[0], (int) s[1], (int) s[3], (int) s[4]);
        try (var rollout = new BlockRollout(network, student, size, clips.device());
                var condition = network.prepare(task.text, size.batch())) {
            var noise = BlockRollout.Noise.seeded(task.seed);
            for (int b = 0; b < task.contextFrames / student.block(); b++) {
                context.accept(rollout.next(condition, noise));
            }
            for (int b = 0; b < s[2] / student.block(); b++) {
                scored.accept(b, rollout.nextForTraining(condition, noise, (int) (task.exit * rollout.levels().size())));
            }
        }
    }
}
