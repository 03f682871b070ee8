package org.praxino.train.dmd;

import java.util.ArrayList;
import java.util.function.BiConsumer;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Levels;
import org.praxino.diffusion.Process;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.BlockLevels;
import org.praxino.train.student.StoredClips;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltTransformer;

/** Makes the student's clips, in pieces whose gradients are independent of each other. What is made depends on the task alone. */
final class Maker {
    /**
     * What is to be made.
     *
     * @param clean stored clips: what is noised, or only as many and as long as what is made
     * @param seed of noise and levels
     * @param exit for a roll-out, number of the last step
     */
    record Task(Tensor clean, Condition.Text text, long seed, int exit) {
        int clips() {
            return (int) clean.size(0);
        }

        int frames() {
            return (int) clean.size(2);
        }
    }

    private final DmdTraining.Input input;
    private final WaltTransformer network;
    private final StudentConfig student;
    private final StoredClips clips;

    /** @param network the student, not owned */
    Maker(DmdTraining.Input input, WaltTransformer network, StudentConfig student, StoredClips clips) {
        this.input = input;
        this.network = network;
        this.student = student;
        this.clips = clips;
    }

    Task task(RandomStream random, int count) {
        StoredClips.Batch batch = clips.draw(random, count);
        return new Task(batch.clean(), batch.text(), random.nextLong(), random.nextInt(student.levels().size()));
    }

    /** Clips [B, C, T, H, W], with a gradient where gradients are recorded. */
    Tensor make(Task task) {
        return switch (input) {
            case REAL -> fromReal(task, 0, task.clips());
            case ROLLOUT -> {
                var blocks = new ArrayList<Tensor>();
                rollOut(task, (block, made) -> blocks.add(made));
                yield Tensor.cat(blocks, 2);
            }
        };
    }

    /**
     * Makes the same clips again, piece by piece, each of which may be forgotten before the next is made.
     *
     * @param gradient of the clips, [B, C, T, H, W]
     */
    void backward(Task task, Tensor gradient) {
        switch (input) {
            case REAL -> {
                for (int b = 0; b < task.clips(); b++) {
                    try (var scope = Scope.open("clip again")) {
                        fromReal(task, b, 1).backward(gradient.narrow(0, b, 1));
                    }
                }
            }
            case ROLLOUT -> rollOut(task, (block, made) ->
                    made.backward(gradient.narrow(2, (long) block * student.block(), student.block())));
        }
    }

    /** The clips from {@code first} on, each block noised on its own, in one block-causal pass. */
    private Tensor fromReal(Task task, int first, int count) {
        Process process = student.process().process();
        var random = RandomStream.of(task.seed, "levels");
        int choices = student.levels().size() + 1; // 0 is one of them (CausVid algorithm 1)
        Levels all = BlockLevels.of(task.clips(), task.frames(), student.block(), () -> {
            int choice = random.nextInt(choices);
            return choice + 1 == choices ? 0 : student.levels().get(choice);
        });
        double[][] rows = new double[count][task.frames()];
        for (int b = 0; b < count; b++) {
            for (int t = 0; t < task.frames(); t++) {
                rows[b][t] = all.at(first + b, t);
            }
        }
        Levels levels = Levels.of(rows);
        Tensor eps = RandomStream.of(task.seed, "noise").normal(task.clean.shape()).to(clips.device()).narrow(0, first, count);
        Tensor noisy = process.noisy(task.clean.narrow(0, first, count), eps, levels);
        Tensor predicted = network.predict(
                DenoiserInput.clips(noisy, levels.tensor(clips.device()), only(task.text, first, count)),
                new AttentionPolicy.BlockCausal(student.block()));
        return process.x0(predicted, noisy, levels);
    }

    /** The texts of some clips of a batch. */
    static Condition.Text only(Condition.Text text, int first, int count) {
        return new Condition.Text(text.states().narrow(0, first, count), text.mask().narrow(0, first, count));
    }

    private void rollOut(Task task, BiConsumer<Integer, Tensor> each) {
        long[] s = task.clean.shape();
        var size = new BlockRollout.Size((int) s[0], (int) s[1], (int) s[3], (int) s[4]);
        try (var rollout = new BlockRollout(network, BlockRollout.Plan.of(student), size, clips.device())) {
            var noise = BlockRollout.Noise.seeded(task.seed);
            for (int b = 0; b < s[2] / student.block(); b++) {
                each.accept(b, rollout.nextForTraining(task.text, noise, task.exit));
            }
        }
    }
}
