package org.praxino.train.dmd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.io.RenamedWeights;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.AdamW;
import org.praxino.tensor.Autocast;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;
import org.praxino.train.AuxiliaryOptimiser;
import org.praxino.train.Loss;
import org.praxino.train.Objective;
import org.praxino.train.Optimisation;
import org.praxino.train.student.NegativePrompt;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.StudentFlops;
import org.praxino.train.student.StudentRollouts;

/**
 * Distribution matching distillation (DMD) of a causal few-step student (CausVid eq. 4, algorithm 1; Self-Forcing). The loop updates the
 * student; {@link #afterUpdate} then updates the critic. Random draws depend on samples seen, so that resuming is exact.
 */
public final class DmdObjective implements Objective {
    private static final String CRITIC = "critic/";

    private final DmdTraining config;
    private final TrainableDenoiser network;
    private final BlockRollout.Plan student;
    private final Denoiser teacher;
    private final TrainableDenoiser critic;
    private final AuxiliaryOptimiser optimiser;
    private final StoredClips clips;
    private final VideoCodec codec;
    private final Device device;
    private final StudentSampler sampler;
    private final ScoreDifference scoreDifference;
    private double criticLoss;

    /**
     * @param network the student as it begins; owned
     * @param teacher frozen, bidirectional; not owned
     * @param critic a copy of the teacher; owned
     * @param codec for sheets and for first frames of streams that are judged late; not owned
     */
    public DmdObjective(
            DmdTraining config, TrainableDenoiser network, BlockRollout.Plan student, Denoiser teacher, TrainableDenoiser critic, StoredClips clips,
            VideoCodec codec) {
        this(config, network, student, teacher, critic, clips, codec, NegativePrompt.NONE);
    }

    /** @param negativePrompt what the teacher's guidance leads away from */
    public DmdObjective(
            DmdTraining config, TrainableDenoiser network, BlockRollout.Plan student, Denoiser teacher, TrainableDenoiser critic, StoredClips clips,
            VideoCodec codec, NegativePrompt negativePrompt) {
        this.config = config;
        this.network = network;
        this.student = student;
        this.teacher = teacher;
        this.critic = critic;
        this.clips = clips;
        this.codec = codec;
        this.device = clips.device();
        this.sampler = new StudentSampler(config, network, student, clips, codec);
        this.scoreDifference = new ScoreDifference(config.score(), student.process(), device, negativePrompt);
        var c = config.critic();
        critic.params().trainable(true);
        this.optimiser = new AuxiliaryOptimiser(critic.params(), new AdamW.Settings(c.beta1(), c.beta2(), 1e-8, c.weightDecay()));
    }

    @Override
    public Params params() {
        return network.params();
    }

    /** The student as it is now. */
    TrainableDenoiser student() {
        return network;
    }

    TrainableDenoiser critic() {
        return critic;
    }

    /** Updates of the critic so far. */
    long criticUpdates() {
        return optimiser.steps();
    }

    @Override
    public LossTerms loss(long first, int count) {
        if (first == 0 && optimiser.steps() == 0) {
            trainCritic(-1, config.critic().warmup()); // before the student's first step it must know what the student makes
        }
        Optimisation o = config.optimisation();
        StudentSampler.Task task = task(first, count);
        var where = RandomStream.of(o.seed(), "dmd level", first);
        var parts = new LinkedHashMap<String, Tensor>();
        Loss loss;
        if (config.checkpointing()) {
            Tensor generated;
            try (var guard = Grad.off()) {
                generated = sampler.sample(task);
            }
            Tensor gradient = scoreDifference.gradient(critic, teacher, generated, task.text(), where);
            loss = new Loss.Accumulated(DmdGradient.surrogate(generated, gradient).detach());
            sampler.backward(task, gradient.div((double) gradient.numel() * o.accumulate()));
            parts.put("gradient", gradient.abs().mean());
        } else {
            Tensor generated = sampler.sample(task);
            Tensor gradient = scoreDifference.gradient(critic, teacher, generated, task.text(), where);
            loss = new Loss.WithGraph(DmdGradient.surrogate(generated, gradient));
            parts.put("gradient", gradient.abs().mean());
        }
        parts.put("critic", Tensor.of(new float[] {(float) criticLoss}));
        return new LossTerms(loss, parts);
    }

    @Override
    public void afterUpdate(long samples) {
        trainCritic(samples, config.critic().ratio());
    }

    StudentSampler.Task task(long first, int count) {
        return sampler.task(RandomStream.of(config.optimisation().seed(), "dmd batch", first), count);
    }

    private record GeneratedClips(Tensor clips, Condition.Text text) {}

    /** The critic's updates (CausVid eq. 2): denoising loss on clips of the current student. @param key names the random draws */
    private void trainCritic(long key, int updates) {
        Optimisation o = config.optimisation();
        double sum = 0;
        for (int from = 0; from < updates; from += config.critic().reuse()) {
            try (var scope = Scope.open("critic");
                    var cast = Autocast.on(device, o.precision(device))) {
                var generated = new ArrayList<GeneratedClips>();
                try (var guard = Grad.off()) {
                    for (int a = 0; a < o.accumulate(); a++) {
                        StudentSampler.Task task = sampler.task(RandomStream.of(o.seed(), "critic batch", key, from, a), o.batch());
                        generated.add(new GeneratedClips(sampler.sample(task), task.text()));
                    }
                }
                for (int k = from; k < Math.min(updates, from + config.critic().reuse()); k++) {
                    for (int a = 0; a < o.accumulate(); a++) {
                        sum += criticStep(generated.get(a), RandomStream.of(o.seed(), "critic level", key, k, a)) / o.accumulate();
                    }
                    optimiser.step(config.critic().learningRate(), config.critic().clip());
                }
            }
        }
        criticLoss = updates == 0 ? criticLoss : sum / updates;
    }

    private double criticStep(GeneratedClips generated, RandomStream random) {
        double weight = 1.0 / config.optimisation().accumulate();
        try (var scope = Scope.open("critic pass")) {
            Loss loss = scoreDifference.criticLoss(critic, generated.clips, generated.text, random, config.checkpointing(), weight);
            loss.backward(weight);
            return loss.value().item();
        }
    }

    @Override
    public Map<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        optimiser.state().forEach((name, t) -> out.put(CRITIC + name, t));
        return out;
    }

    @Override
    public void restore(WeightSource state) {
        optimiser.restore(RenamedWeights.below(state, CRITIC));
    }

    @Override
    public double flopsPerSample() {
        return 1e12 * DmdFlops.update(config, student.levels().size(), t -> StudentFlops.forward(network, clips.shape(t)) / 1e12);
    }

    @Override
    public void sheet(Path png) {
        StudentRollouts.sheet(png, network, student, clips, codec);
    }

    @Override
    public String dataDigest() {
        return clips.digest();
    }

    @Override
    public void close() {
        optimiser.close();
        critic.close();
        network.close();
    }
}
