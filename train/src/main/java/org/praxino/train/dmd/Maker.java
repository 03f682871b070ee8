package org.praxino.train.dmd;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Levels;
import org.praxino.diffusion.Process;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.student.BlockLevels;
import org.praxino.train.student.StoredClips;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltTransformer;

/** Makes the student's clips, in pieces whose gradients are independent of each other. What is made depends on the task alone. */
final class Maker {
    /** Latent frames before a frame that its pixels are decoded with. */
    private static final int CONTEXT = 3;

    /**
     * What is to be made.
     *
     * @param clean stored clips: what is noised, or only as many and as long as what is made
     * @param seed of noise and levels
     * @param exit for a roll-out, number of the last step
     * @param beyond latent frames of the stream before those that are judged
     */
    record Task(Tensor clean, Condition.Text text, long seed, int exit, int beyond) {
        int clips() {
            return (int) clean.size(0);
        }

        int frames() {
            return (int) clean.size(2);
        }
    }

    private final DmdTraining config;
    private final WaltTransformer network;
    private final StudentConfig student;
    private final StoredClips clips;
    private final VideoCodec codec;

    /** @param network the student, not owned @param codec codes first frames anew, not owned */
    Maker(DmdTraining config, WaltTransformer network, StudentConfig student, StoredClips clips, VideoCodec codec) {
        this.config = config;
        this.network = network;
        this.student = student;
        this.clips = clips;
        this.codec = codec;
    }

    Task task(RandomStream random, int count) {
        StoredClips.Batch batch = clips.draw(random, count);
        boolean far = config.beyond() != null && random.uniform() < config.beyond().share();
        return new Task(
                batch.clean(), batch.text(), random.nextLong(), random.nextInt(student.levels().size()), far ? config.beyond().frames() : 0);
    }

    /** Clips [B, C, T, H, W], with a gradient where gradients are recorded. */
    Tensor make(Task task) {
        return switch (config.input()) {
            case REAL -> fromReal(task, 0, task.clips());
            case ROLLOUT -> {
                var past = new ArrayList<Tensor>();
                var blocks = new ArrayList<Tensor>();
                rollOut(task, past::add, (block, made) -> blocks.add(made));
                Tensor clip = Tensor.cat(blocks, 2);
                yield task.beyond == 0 ? clip : Tensor.cat(2, codedAnew(past, clip), clip.narrow(2, 1, clip.size(2) - 1));
            }
        };
    }

    /** The first frame of {@code clip} as the tokenizer codes a picture: what the last of its pixel frames shows. */
    private Tensor codedAnew(List<Tensor> past, Tensor clip) {
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
     * Makes the same clips again, piece by piece, each of which may be forgotten before the next is made.
     *
     * @param gradient of the clips, [B, C, T, H, W]
     */
    void backward(Task task, Tensor gradient) {
        switch (config.input()) {
            case REAL -> {
                for (int b = 0; b < task.clips(); b++) {
                    try (var scope = Scope.open("clip again")) {
                        fromReal(task, b, 1).backward(gradient.narrow(0, b, 1));
                    }
                }
            }
            case ROLLOUT -> rollOut(task, made -> {}, (block, made) -> {
                int skipped = block == 0 && task.beyond > 0 ? 1 : 0; // the frame that was coded anew
                int frames = student.block() - skipped;
                if (frames > 0) {
                    made.narrow(2, skipped, frames).backward(gradient.narrow(2, (long) block * student.block() + skipped, frames));
                }
            });
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

    /** @param past told of blocks made before those that are judged @param judged told of each with its number */
    private void rollOut(Task task, Consumer<Tensor> past, BiConsumer<Integer, Tensor> judged) {
        long[] s = task.clean.shape();
        var size = new BlockRollout.Size((int) s[0], (int) s[1], (int) s[3], (int) s[4]);
        try (var rollout = new BlockRollout(network, BlockRollout.Plan.of(student), size, clips.device())) {
            var noise = BlockRollout.Noise.seeded(task.seed);
            for (int b = 0; b < task.beyond / student.block(); b++) {
                past.accept(rollout.next(task.text, noise));
            }
            for (int b = 0; b < s[2] / student.block(); b++) {
                judged.accept(b, rollout.nextForTraining(task.text, noise, task.exit));
            }
        }
    }
}
