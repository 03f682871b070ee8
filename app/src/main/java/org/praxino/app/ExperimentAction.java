package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import org.praxino.train.TrainLoop;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.TrainingRun;
import org.praxino.train.run.WaltRun;

/** {@code experiment}: trains and evaluates the arms of an {@link Experiment}. */
final class ExperimentAction {
    private static final String TIME = "time.json";
    private static final String SCORES = "eval.json";

    /** Training time of an arm so far. */
    record TrainingTime(double seconds) {}

    private final Experiment experiment;
    private final CommandContext context;
    private final Path folder;

    private ExperimentAction(Experiment experiment, CommandContext context) {
        this.experiment = experiment;
        this.context = context;
        this.folder = Path.of(experiment.folder());
    }

    static int run(Path file, CommandContext context) throws IOException {
        return new ExperimentAction(ConfigFile.read(file, Map.of(), Experiment.class), context).run();
    }

    private int run() throws IOException {
        experiment.arms().forEach(arm -> config(arm)); // every arm's configuration is read before the first one trains
        var results = new ArrayList<ExperimentResults.Arm>();
        for (Experiment.Arm arm : experiment.arms()) {
            Path run = folder.resolve(arm.folder());
            if (!Files.exists(run.resolve(SCORES))) {
                train(arm, run);
                evaluate(arm, run);
            }
            results.add(ExperimentResults.read(arm.name(), run, run.resolve(SCORES)));
        }
        String table = ExperimentResults.write(folder, experiment.name(), results);
        context.console().out().print(table);
        return 0;
    }

    private Map<String, String> overrides(Experiment.Arm arm) {
        var all = new LinkedHashMap<String, String>();
        all.put("run", Json.line(folder.resolve(arm.folder()).toString()));
        if (experiment.samples() != null) {
            all.put("training.optimisation.samples", experiment.samples().toString());
        }
        if (arm.set() != null) {
            arm.set().forEach((key, value) -> all.put(key, value.toString()));
        }
        return all;
    }

    private TrainingRun config(Experiment.Arm arm) {
        Path file = Path.of(experiment.config());
        return switch (experiment.kind()) {
            case TOKENIZER -> ConfigFile.read(file, overrides(arm), TokenizerRun.class);
            case WALT -> ConfigFile.read(file, overrides(arm), WaltRun.class);
        };
    }

    private void train(Experiment.Arm arm, Path run) {
        Path time = run.resolve(TIME);
        double before = Files.exists(time) ? Json.read(time, TrainingTime.class).seconds() : 0;
        double left = experiment.minutes() == null ? Double.MAX_VALUE : experiment.minutes() * 60 - before;
        var loop = new AtomicReference<TrainLoop>();
        long start = System.nanoTime();
        TrainLoop.End end;
        try (var timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("arm's time").daemon().factory())) {
            Consumer<TrainLoop> started = l -> {
                loop.set(l);
                context.stop().needs(StopSignal.SAVING);
                context.stop().whenRequested(l::stop);
                if (left < Double.MAX_VALUE) {
                    timer.schedule(l::stop, (long) (Math.max(0, left) * 1e9), TimeUnit.NANOSECONDS);
                }
            };
            context.console().message("arm '" + arm.name() + "' in " + run);
            try (var progress = context.console().progress("clips")) {
                end = config(arm).train(context.openDevice(), context.stopping(progress), started);
            }
            timer.shutdownNow();
        }
        Json.write(time, new TrainingTime(before + (System.nanoTime() - start) / 1e9));
        if (context.stop().isRequested()) {
            throw new StoppedException("stopped in arm '" + arm.name() + "' at " + Objects.requireNonNull(loop.get()).samples() + " samples; run the same command to continue.");
        }
        if (end == TrainLoop.End.FINISHED && experiment.minutes() != null) {
            context.console().message("arm '" + arm.name() + "' saw all samples of its configuration before its time was over: raise training.optimisation.samples"
                    + " for a comparison at equal time");
        }
    }

    private void evaluate(Experiment.Arm arm, Path run) throws IOException {
        Path data = Path.of(config(arm).data());
        Experiment.Score score = experiment.score();
        int code = EvalAction.run(
                new EvalOptions(
                        run.resolve("model").toString(), data, run.resolve(SCORES), score.prompts(), score.reconstructions(), 0, null, null, score.steps(),
                        score.wording(), score.flowClips(), false, null, null, null, 2, EvalOptions.Protocol.NAMES),
                context);
        if (code != 0) {
            throw new UserException("the model of arm '" + arm.name() + "' could not be evaluated");
        }
    }
}
