package org.praxino.train.dmd;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.praxino.codec.VideoCodec;
import org.praxino.condition.Condition;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.TrainableDenoiser;
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
import org.praxino.train.Objective;
import org.praxino.train.Optimisation;
import org.praxino.train.SecondOptimiser;
import org.praxino.train.student.Rollouts;
import org.praxino.train.student.StoredClips;
import org.praxino.train.student.StudentFlops;
import org.praxino.train.student.Unwanted;

/**
 * Distribution matching of a causal few-step student (CausVid eq. 4, algorithm 1; Self-Forcing). The loop's own update is the student's;
 * the critic's follow in {@link #afterUpdate}, so many for each. Draws depend on samples seen, so a resumed run repeats nothing.
 */
public final class DmdObjective implements Objective {
    private static final String CRITIC = "critic/";

    private final DmdTraining config;
    private final TrainableDenoiser network;
    private final BlockRollout.Plan student;
    private final Denoiser teacher;
    private final TrainableDenoiser critic;
    private final SecondOptimiser optimiser;
    private final StoredClips clips;
    private final VideoCodec codec;
    private final Device device;
    private final Maker maker;
    private final Scores scores;
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
        this(config, network, student, teacher, critic, clips, codec, Unwanted.NOTHING);
    }

    /** @param unwanted what the teacher's guidance leads away from */
    public DmdObjective(
            DmdTraining config, TrainableDenoiser network, BlockRollout.Plan student, Denoiser teacher, TrainableDenoiser critic, StoredClips clips,
            VideoCodec codec, Unwanted unwanted) {
        this.config = config;
        this.network = network;
        this.student = student;
        this.teacher = teacher;
        this.critic = critic;
        this.clips = clips;
        this.codec = codec;
        this.device = clips.device();
        this.maker = new Maker(config, network, student, clips, codec);
        this.scores = new Scores(config.score(), student.process(), device, unwanted);
        var c = config.critic();
        critic.params().trainable(true);
        this.optimiser = new SecondOptimiser(critic.params(), new AdamW.Settings(c.beta1(), c.beta2(), 1e-8, c.weightDecay()));
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
    public Terms loss(long first, int count) {
        if (first == 0 && optimiser.steps() == 0) {
            trainCritic(-1, config.critic().warmup()); // before the student's first step it must know what the student makes
        }
        Optimisation o = config.optimisation();
        Maker.Task task = task(first, count);
        var where = RandomStream.of(o.seed(), "dmd level", first);
        var parts = new LinkedHashMap<String, Tensor>();
        Tensor loss;
        if (config.checkpointing()) {
            Tensor made;
            try (var guard = Grad.off()) {
                made = maker.make(task);
            }
            Tensor gradient = scores.gradient(critic, teacher, made, task.text(), where);
            loss = DmdGradient.surrogate(made, gradient).detach();
            maker.backward(task, gradient.div((double) gradient.numel() * o.accumulate()));
            parts.put("gradient", gradient.abs().mean());
        } else {
            Tensor made = maker.make(task);
            Tensor gradient = scores.gradient(critic, teacher, made, task.text(), where);
            loss = DmdGradient.surrogate(made, gradient);
            parts.put("gradient", gradient.abs().mean());
        }
        parts.put("critic", Tensor.of(new float[] {(float) criticLoss}));
        return new Terms(loss, parts);
    }

    @Override
    public void afterUpdate(long samples) {
        trainCritic(samples, config.critic().ratio());
    }

    Maker.Task task(long first, int count) {
        return maker.task(RandomStream.of(config.optimisation().seed(), "dmd batch", first), count);
    }

    private record Made(Tensor clips, Condition.Text text) {}

    /** @param key names the draws of this turn */
    private void trainCritic(long key, int updates) {
        Optimisation o = config.optimisation();
        double sum = 0;
        for (int from = 0; from < updates; from += config.critic().reuse()) {
            try (var scope = Scope.open("critic");
                    var cast = Autocast.on(device, o.precision(device))) {
                var made = new ArrayList<Made>();
                try (var guard = Grad.off()) {
                    for (int a = 0; a < o.accumulate(); a++) {
                        Maker.Task task = maker.task(RandomStream.of(o.seed(), "critic batch", key, from, a), o.batch());
                        made.add(new Made(maker.make(task), task.text()));
                    }
                }
                for (int k = from; k < Math.min(updates, from + config.critic().reuse()); k++) {
                    for (int a = 0; a < o.accumulate(); a++) {
                        sum += learn(made.get(a), RandomStream.of(o.seed(), "critic level", key, k, a)) / o.accumulate();
                    }
                    optimiser.step(config.critic().learningRate(), config.critic().clip());
                }
            }
        }
        criticLoss = updates == 0 ? criticLoss : sum / updates;
    }

    private double learn(Made made, RandomStream random) {
        double weight = 1.0 / config.optimisation().accumulate();
        try (var scope = Scope.open("critic pass")) {
            Tensor loss = scores.criticLoss(critic, made.clips, made.text, random, config.checkpointing(), weight);
            if (loss.requiresGrad()) {
                loss.mul(weight).backward();
            }
            return loss.item();
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
        optimiser.restore(SecondOptimiser.below(state, CRITIC));
    }

    @Override
    public double flopsPerSample() {
        return 1e12 * DmdCost.update(config, student.levels().size(), t -> StudentFlops.forward(network, clips.shape(t)) / 1e12);
    }

    @Override
    public void sheet(Path png) {
        Rollouts.sheet(png, network, student, clips, codec);
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
