package org.praxino.train.causal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.LevelSampler;
import org.praxino.diffusion.Process;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.train.Loss;
import org.praxino.train.Objective;
import org.praxino.train.Optimisation;
import org.praxino.train.ode.CausalTrajectories;
import org.praxino.train.student.BlockLevels;
import org.praxino.train.student.CheckpointedPass;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.StudentFlops;
import org.praxino.train.student.StudentRollouts;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltTransformer;

/**
 * Teacher forcing: mean squared error on the noisy half of (clean clip, noisy copy), where each noisy block attends to the previous clean
 * blocks and itself.
 */
public final class CausalObjective implements Objective {
    private final CausalTraining config;
    private final WaltTransformer network;
    private final StudentConfig student;
    private final Process process;
    private final StoredClips clips;
    private final VideoCodec codec;

    /** @param network initialised; owned @param codec for sample sheets only */
    public CausalObjective(
            CausalTraining config, WaltTransformer network, StudentConfig student, StoredClips clips, VideoCodec codec) {
        this.config = config;
        this.network = network;
        this.student = student;
        this.process = student.process().process();
        this.clips = clips;
        this.codec = codec;
    }

    @Override
    public Params params() {
        return network.params();
    }

    /** The current causal model. */
    WaltTransformer network() {
        return network;
    }

    @Override
    public LossTerms loss(long first, int count) {
        Optimisation o = config.optimisation();
        long seed = o.seed();
        var random = RandomStream.of(seed, "causal batch", first);
        StoredClips.Batch batch = clips.draw(RandomStream.of(seed, "causal length", o.update(first)), random, count);
        int frames = (int) batch.clean().size(2);
        LevelSampler sampler = config.levels().sampler();
        Levels levels = BlockLevels.of(count, frames, student.plan().block(), () -> sampler.draw(random));
        Tensor eps = RandomStream.of(seed, "noise", first).normal(batch.clean().shape()).to(clips.device());
        boolean[] drop = new boolean[count];
        for (int b = 0; b < count; b++) {
            drop[b] = random.uniform() < config.textDrop();
        }
        Tensor noisy = process.noisy(batch.clean(), eps, levels);
        var in = DenoiserInput.clips(
                Tensor.cat(2, batch.clean(), noisy), BlockLevels.afterClean(levels), batch.text().dropped(drop));
        Tensor target = process.target(batch.clean(), eps, levels);
        Loss loss = CheckpointedPass.loss(
                network, in, new AttentionPolicy.TeacherForced(student.plan().block()), config.checkpointing(),
                1.0 / config.optimisation().accumulate(), predicted -> predicted.narrow(2, frames, frames).sub(target).square().mean());
        return new LossTerms(loss, Map.of());
    }

    @Override
    public boolean supportsParallelPasses() {
        return !config.checkpointing(); // that takes gradients in several pieces, whose order would not be fixed
    }

    @Override
    public double flopsPerSample() {
        return (config.checkpointing() ? 4 : 3) * StudentFlops.forward(network, clips, config.lengths(), 2);
    }

    /** Clips for eight captions, block after block with guidance. */
    @Override
    public void sheet(Path png) {
        List<String> captions = clips.spread(Math.min(8, clips.size()));
        long[] s = clips.shape(clips.maxLength() - clips.maxLength() % student.plan().block());
        Tensor noise = RandomStream.of(7, "sheet").normal(captions.size(), s[0], s[1], s[2], s[3]).to(clips.device());
        Condition.Text text = clips.text(captions);
        Tensor path = new CausalTrajectories(network, BlockRollout.Plan.of(student), student.process(), "", List.of(1000.0), config.sheet()
                .steps(), config.sheet().guidance())
                .sample(noise, text);
        StudentRollouts.draw(png, codec.decode(path.select(1, 1)), "prompts of training samples, block after block, %d steps, four frames of each"
                .formatted(config.sheet().steps()));
    }

    @Override
    public String dataDigest() {
        return clips.digest();
    }

    @Override
    public void close() {
        network.close();
    }
}
