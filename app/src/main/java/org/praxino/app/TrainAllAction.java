package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.ProgressLine;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.AtomicFiles;
import org.praxino.io.model.Showcase;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.TrainLoop;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.eval.EvalPrompt;
import org.praxino.train.run.ModelRecipe;
import org.praxino.train.run.ModelRecipe.Stage;
import org.praxino.train.run.TrainingRun;

/** {@code train all}: prepares, trains every stage for its share of the time, evaluates. Finished stages are not repeated. */
final class TrainAllAction {
    private static final int DEFAULT_SIZE = 64;
    private static final double FPS = 12;

    /** Prompts and reconstructions that the model is scored by at the end. */
    private static final int SCORED = 24;

    /** Trajectories of the first try, and the most. */
    private static final int FIRST_PATHS = 8;
    private static final int MOST_PATHS = 512;

    /** Share of a stage's time in which its speed is measured, and bounds in seconds; the lower one is at most a quarter of that time. */
    private static final double TRIAL_SHARE = 0.03;
    private static final double[] TRIAL_SECONDS = {2, 60};

    private final TrainAllCommand.Options options;
    private final CommandContext context;

    private TrainAllAction(TrainAllCommand.Options options, CommandContext context) {
        this.options = options;
        this.context = context;
    }

    static int run(TrainAllCommand.Options options, CommandContext context) throws IOException {
        return new TrainAllAction(options, context).run();
    }

    private int run() throws IOException {
        Path data = prepared();
        try (var store = ClipStore.open(data)) {
            String name = options.out().toAbsolutePath().normalize().getFileName().toString();
            var recipe = new ModelRecipe(options.out(), data, store, name, options.hours());
            if (options.dryRun()) {
                plan(recipe, store);
                return 0;
            }
            Files.createDirectories(options.out().resolve("configs"));
            train(recipe);
            Path scored = options.out().resolve("scored");
            if (!Files.exists(scored)) {
                copy(recipe.run(recipe.stages().getLast()).resolve("model"), options.out().resolve("model"));
                score(data);
                AtomicFiles.writeString(scored, "");
            }
            context.console().out().println(options.out().resolve("model"));
            return 0;
        }
    }

    /** The data set: as given, or made of the folder given, under the output folder. */
    private Path prepared() throws IOException {
        Path given = options.data();
        if (Files.isRegularFile(given.resolve("dataset.json"))) {
            if (options.size() != null) {
                try (var store = ClipStore.open(given)) {
                    if (store.info().width() != options.size()) {
                        throw new UserException("--size " + options.size() + " contradicts " + given + ", which holds pictures of "
                                + store.info().width() + "x" + store.info().height() + ": leave it out");
                    }
                }
            }
            return given;
        }
        if (!Files.isDirectory(given)) {
            throw new UserException(given + " is no folder: --data takes a folder with clips and captions, or prepared data");
        }
        Path data = options.out().resolve("data");
        if (options.dryRun() && !Files.isRegularFile(data.resolve("dataset.json"))) {
            throw new UserException(given + " is not prepared yet: run `praxino data prepare folder " + given + " --out " + data + " --size "
                    + size() + "` first, then --dry-run can look at it");
        }
        if (!Files.isRegularFile(data.resolve("dataset.json"))) {
            try (var progress = context.console().progress("files")) {
                FolderDataset.prepare(given, data, FolderDataset.Options.of(size(), FPS), context.stopping(progress));
            }
        }
        return data;
    }

    private int size() {
        return options.size() == null ? DEFAULT_SIZE : options.size();
    }

    private void plan(ModelRecipe recipe, ClipStore store) {
        var out = context.console().out();
        out.printf(Locale.ROOT, "%d clips and %d stills of %dx%d, trained in clips of %d frames%n", store.info().clips(), store.info().stills(),
                store.info().width(), store.info().height(), recipe.frames());
        for (Stage stage : recipe.stages()) {
            out.printf(Locale.ROOT, "  %-10s %s%n", stage.fileName(), ProgressLine.time(seconds(stage)));
        }
        out.printf(Locale.ROOT, "  %-10s %s%n", "scores", ProgressLine.time(options.hours() * 3600 * (1 - recipe.stages().stream().mapToDouble(Stage::share).sum())));
    }

    private double seconds(Stage stage) {
        return options.hours() * 3600 * stage.share();
    }

    private void train(ModelRecipe recipe) throws IOException {
        var page = new TrainingPage(options.out(), recipe, options.hours());
        page.write();
        context.console().message("progress: " + page.file().toUri());
        if (options.browser()) {
            BrowserLauncher.open(page.file().toUri(), System.getenv());
        }
        try (var writer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("progress page").factory())) {
            writer.scheduleWithFixedDelay(page::write, 5, 5, TimeUnit.SECONDS);
            for (Stage stage : recipe.stages()) {
                Path done = recipe.run(stage).resolve("done");
                if (!Files.exists(done)) {
                    page.begins(stage);
                    train(recipe, stage);
                    AtomicFiles.writeString(done, "");
                }
                page.ended(stage);
            }
            writer.shutdownNow();
        }
        page.write();
    }

    private void train(ModelRecipe recipe, Stage stage) throws IOException {
        Path file = options.out().resolve("configs").resolve(stage.fileName() + ".yaml");
        if (!Files.exists(file)) {
            ConfigFile.write(file, sized(recipe, stage));
        }
        TrainingRun configuration = ConfigFile.read(file, java.util.Map.of(), recipe.configuration(stage, 1, 1).getClass());
        var loop = new AtomicReference<TrainLoop>();
        TrainLoop.End end = run(configuration, started -> {
            loop.set(started);
            context.stop().needs(StopSignal.SAVING);
            context.stop().whenRequested(started::stop);
        });
        if (end == TrainLoop.End.STOPPED) {
            throw new StoppedException("stopped in stage " + stage.fileName() + " at " + Objects.requireNonNull(loop.get()).samples() + " samples, checkpoint in "
                    + recipe.run(stage) + "; run the same command to continue.");
        }
    }

    /** The configuration of a stage with as many samples as its time allows, by the speed of a short trial. */
    private TrainingRun sized(ModelRecipe recipe, Stage stage) {
        double budget = seconds(stage);
        double limit = Math.clamp(budget * TRIAL_SHARE, Math.min(TRIAL_SECONDS[0], budget / 4), TRIAL_SECONDS[1]);
        var trial = StageTrial.measure(
                options.out().resolve("trial"), recipe.configuration(stage, Integer.MAX_VALUE, FIRST_PATHS), limit, this::run, context.stop());
        double left = Math.max(0, budget - trial.preparing() - trial.training());
        int paths = FIRST_PATHS;
        if (stage == Stage.ODE) { // half of the time for trajectories; those of the trial are kept
            paths = (int) Math.clamp(FIRST_PATHS * left / 2 / trial.preparing(), FIRST_PATHS, MOST_PATHS);
            left /= 2;
        }
        long samples = (long) (left * trial.samplesPerSecond());
        context.console().message(String.format(Locale.ROOT, "%s: %,d samples at %.2f samples/s in %s", stage.fileName(), samples,
                trial.samplesPerSecond(), ProgressLine.time(budget)));
        return recipe.configuration(stage, samples, paths);
    }

    private TrainLoop.End run(TrainingRun run, Consumer<TrainLoop> started) {
        Device device = context.openDevice();
        try (var line = context.console().progress("samples")) {
            Progress progress = context.stopping(line);
            return run.train(device, progress, started);
        } catch (CancellationException e) {
            throw new StoppedException("stopped; what is finished is kept, run the same command to continue.");
        }
    }

    private static void copy(Path model, Path target) {
        AtomicFiles.folder(target, folder -> {
            try (Stream<Path> files = Files.walk(model)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = folder.resolve(model.relativize(file));
                    Files.createDirectories(copy.getParent());
                    Files.copy(file, copy);
                }
            }
        });
    }

    /** Scores the model; what cannot be scored here, such as without the scoring network, leaves the model as it is. */
    private void score(Path data) throws IOException {
        Path model = options.out().resolve("model");
        try {
            EvalAction.run(
                    new EvalOptions(model.toString(), data, options.out().resolve("scores.json"), SCORED, SCORED, 0, options.out().resolve("sheets"),
                            null, null, EvalPrompt.Wording.ANY, SCORED, false, null,
                            model.resolve(Showcase.FILE), null, 8, EvalOptions.Protocol.NAMES),
                    context);
        } catch (UserException e) {
            context.console().message("not scored: " + e.getMessage());
        }
    }
}
