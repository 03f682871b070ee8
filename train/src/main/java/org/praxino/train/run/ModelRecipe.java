package org.praxino.train.run;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.StudentPlan;
import org.praxino.tensor.Muon;
import org.praxino.tensor.UserException;
import org.praxino.train.Optimisation;
import org.praxino.train.TrainLoop.Intervals;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.dmd.DmdTraining;
import org.praxino.train.ode.OdeTraining;
import org.praxino.train.student.Dataset;
import org.praxino.train.tokenizer.EquivarianceTraining;
import org.praxino.train.tokenizer.TokenizerLosses;
import org.praxino.train.tokenizer.TokenizerTraining;
import org.praxino.train.walt.WaltTraining;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltConfig;

/**
 * Configurations of all runs that make a model of a data set: tokenizer, its decoder, teacher, student. Sizes follow from frame size and
 * available time, starting from the bundled model's shapes.
 */
public final class ModelRecipe {

    /** The runs in order, each with its share of the time. */
    public enum Stage {
        TOKENIZER(0.25),
        DECODER(0.08),
        TEACHER(0.42),
        /** The student's regression on the teacher's trajectories. */
        ODE(0.1),
        /** The student's distribution matching. */
        DMD(0.1);

        private final double share;

        Stage(double share) {
            this.share = share;
        }

        /** Share of the whole time; what is left of it is for scores. */
        public double share() {
            return share;
        }

        /** Of its configuration and its run folder. */
        public String fileName() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Least samples of a run: fewer give no visible result. */
    private static final int LEAST = 32;

    private static final int SPACE_FACTOR = 8;
    private static final int TIME_FACTOR = 4;

    private final Path out;
    private final Path data;
    private final String name;
    private final int size;
    private final int frames;
    private final int clips;
    private final boolean emoji;
    private final double hours;

    /**
     * @param out folder of everything that is written
     * @param data folder of the prepared data
     * @param store the same, open
     * @param name of the model
     * @param hours that there are
     * @throws UserException if the pictures' size fits no tokenizer, or there is nothing to train on
     */
    public ModelRecipe(Path out, Path data, ClipStore store, String name, double hours) {
        this.out = out;
        this.data = data;
        this.name = name;
        this.size = store.info().width();
        this.hours = hours;
        this.emoji = store.info().name().startsWith("fluent-emoji");
        this.frames = frames(store);
        this.clips = (int) store.clips().stream().filter(c -> !c.heldOut() && (frames == 1 || !c.still())).count();
        if (store.info().height() != size || size % (2 * SPACE_FACTOR) != 0) {
            throw new UserException(data + " holds pictures of " + size + "x" + store.info().height() + ": train all takes squares whose side is a multiple of "
                    + 2 * SPACE_FACTOR + ", prepare the data so");
        }
        if (clips == 0) {
            throw new UserException(data + " has no clip or picture to train on");
        }
    }

    /** The longest clip length, 1 + 4k up to 33, that half of the moving clips fill or loop to; 1 if nothing moves. */
    private static int frames(ClipStore store) {
        int[] lengths = store.clips().stream().filter(c -> !c.heldOut() && !c.still())
                .mapToInt(c -> c.entry().loop() ? Integer.MAX_VALUE : c.frames()).sorted().toArray();
        if (lengths.length == 0) {
            return 1;
        }
        int median = lengths[lengths.length / 2];
        return Stream.of(33, 17, 9, 5).filter(f -> f <= median).findFirst().orElse(1);
    }

    /** The stages that this data set has: pictures alone make no student. */
    public List<Stage> stages() {
        return frames == 1 ? List.of(Stage.TOKENIZER, Stage.DECODER, Stage.TEACHER) : List.of(Stage.values());
    }

    /** Frames of a clip. */
    public int frames() {
        return frames;
    }

    /** Its run folder. */
    public Path run(Stage stage) {
        return out.resolve(stage.fileName());
    }

    /**
     * The configuration of a stage.
     *
     * @param samples to see
     * @param trajectories of the teacher, of {@link Stage#ODE}
     */
    public TrainingRun configuration(Stage stage, long samples, int trajectories) {
        long n = Math.max(LEAST, samples);
        return switch (stage) {
            case TOKENIZER -> tokenizer(n);
            case DECODER -> decoder(n);
            case TEACHER -> teacher(n);
            case ODE -> ode(n, trajectories);
            case DMD -> dmd(n);
        };
    }

    private Intervals intervals() {
        double minutes = Math.clamp(hours * 60 / 20, 0.5, 10);
        return new Intervals(minutes, 2, minutes, Math.clamp(hours * 9, 0.2, 20));
    }

    private int latentChannels() {
        return size <= 64 ? 8 : 16;
    }

    private CodecConfig codec() {
        return new CodecConfig(2, size < 64 ? List.of(16, 32, 64) : List.of(32, 64, 128), List.of(true, true), List.of(1, 1, 3), 1, 1, 1, 2, latentChannels(), false,
                CodecConfig.Norm.LAYER, false, CodecConfig.Padding.FIRST_FRAME, true);
    }

    private TokenizerRun tokenizer(long samples) {
        int crop = Math.min(size, 64);
        var equivariance = new EquivarianceTraining(0.3, List.of(1.0, 0.75, 0.5));
        var training = new TokenizerTraining(codec(), Math.min(frames, 9), crop, crop < size ? 3 : 1, frames == 1 ? 0 : 0.1, false, composition(), losses(),
                equivariance, null, null, optimisation(samples, 6, 1, 1.5e-3, 0.99, new Muon.Settings(0.01, 0.95, 0)));
        return new TokenizerRun(run(Stage.TOKENIZER).toString(), null, data.toString(), intervals(), training);
    }

    private TokenizerRun decoder(long samples) {
        int crop = Math.min(size, 64);
        var training = new TokenizerTraining(codec(), Math.min(frames, 17), crop, crop < size ? 3 : 1, frames == 1 ? 0 : 0.1, true, composition(),
                losses(), null, null, null, optimisation(samples, 4, 1, 5e-4, 0.99, new Muon.Settings(0.003, 0.95, 0)));
        return new TokenizerRun(run(Stage.DECODER).toString(), model(Stage.TOKENIZER), data.toString(), intervals(), training);
    }

    private static TokenizerLosses losses() {
        return new TokenizerLosses(1, 1, 1, 1, 1e-3, 0, 0.05);
    }

    private WaltRun teacher(long samples) {
        int latent = size / SPACE_FACTOR;
        int patch = latent > 8 ? 2 : 1;
        int grid = latent / patch;
        int window = grid % 4 == 0 ? 4 : grid;
        int width = hours < 0.1 ? 128 : hours < 1 ? 192 : hours < 6 ? 256 : 320;
        int time = latentFrames();
        var network = new WaltConfig(
                new WaltConfig.TokenGrid(latentChannels(), time, grid, grid, patch),
                new WaltConfig.Width(width, hours < 0.1 ? 4 : hours < 1 ? 6 : 8, width / 64, 4 * width, 8),
                new WaltConfig.Windows(window, window, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.AXIAL_ROTARY, false, WaltConfig.QkNorm.RMS),
                new WaltConfig.Text(384, WaltConfig.Cross.SPATIAL, 2, true, true), 0, new WaltConfig.Inputs(false, frames > 1, false));
        var stills = new Dataset(1, focused(), stored(1));
        var first = new WaltTraining.TrainingPhase(0, stills, null, List.of(1), levels(3), 0, 0);
        var moving = new WaltTraining.TrainingPhase(Math.max(1, samples / 4), new Dataset(frames, composition(), stored(frames)),
                emoji ? new Dataset(1, composition(), stored(1)) : null, lengths(true), levels(2), 0, 0.1);
        return new WaltRun(name, "unknown", run(Stage.TEACHER).toString(), data.toString(), model(Stage.DECODER), null, intervals(),
                new WaltTraining(network, process(), frames == 1 ? List.of(first) : List.of(first, moving), time, 0.1, 0,
                        optimisation(samples, 4, 2, 1.5e-3, 0.995, new Muon.Settings(0.02, 0.95, 0.01))));
    }

    private static ProcessConfig process() {
        return new ProcessConfig(ProcessConfig.Family.FLOW, 3, 50, 3);
    }

    private static WaltTraining.NoiseLevels levels(double shift) {
        return new WaltTraining.NoiseLevels(WaltTraining.NoiseLevels.Distribution.LOGIT_NORMAL, 0, 1, shift);
    }

    private OdeRun ode(long samples, int trajectories) {
        var shape = new StudentPlan(1, List.of(1000.0, 900.0, 750.0, 500.0), 1, Math.max(1, latentFrames() - 2));
        var training = new OdeTraining(shape, clipData(), new OdeTraining.Trajectories(trajectories, lengths(false), 12, 3), OdeTraining.Context.CLEAN, 0, false,
                optimisation(samples, 8, 1, 4e-4, 0.99, null));
        return new OdeRun(run(Stage.ODE).toString(), run(Stage.TEACHER).toString(), null, data.toString(), model(Stage.DECODER), intervals(), training);
    }

    private DmdRun dmd(long samples) {
        var critic = new DmdTraining.CriticSettings(3, 12, 3, 3e-4, 0, 0.99, 0.01, 1);
        var training = new DmdTraining(clipData(), DmdTraining.Input.ROLLOUT, List.of(1000.0, 857.0, 600.0), null, lengths(false), null,
                new DmdTraining.ScoreSettings(2, 3, 0.02, 0.98), critic, false,
                new Optimisation(samples, 8, 1, 1e-4, Math.min(40, samples / 4), samples / 4, 0, 0.99, 0, 1, 0.97, 1, "auto", null));
        return new DmdRun(run(Stage.DMD).toString(), run(Stage.ODE).toString(), data.toString(), model(Stage.DECODER), intervals(), training);
    }

    private static Optimisation optimisation(
            long samples, int batch, int accumulate, double rate, double ema, Muon.@Nullable Settings muon) {
        return new Optimisation(samples, batch, accumulate, rate, Math.min(400, samples / 10), (long) (0.35 * samples), 0.9, 0.98, 0, 1, ema, 1,
                "auto", muon);
    }

    private String model(Stage stage) {
        return run(stage).resolve("model").toString();
    }

    private int latentFrames() {
        return 1 + (frames - 1) / TIME_FACTOR;
    }

    /** Latent frames of training clips, the shorter ones more often. */
    private List<Integer> lengths(boolean stills) {
        int most = latentFrames();
        return Stream.of(1, 1, 2, 3, 3, 5, 5, 9).filter(l -> l <= most && (stills || l > 1 || most == 1)).toList();
    }

    /** Clips to keep encoded: a few of each, for all compositions. */
    private int stored(int length) {
        int each = emoji ? 2 : 1;
        return Math.clamp((long) each * clips, 16, length == 1 ? 8192 : 2048);
    }

    private Dataset clipData() {
        return new Dataset(frames, composition(), stored(frames));
    }

    private CompositionPreset composition() {
        return emoji ? CompositionPreset.LIGHT : CompositionPreset.AS_IS;
    }

    private CompositionPreset focused() {
        return emoji ? CompositionPreset.NAMES : CompositionPreset.AS_IS;
    }
}
