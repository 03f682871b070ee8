package org.praxino.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.praxino.app.cli.CommandAction;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import org.praxino.train.TrainLoop;
import org.praxino.train.run.TrainingRun;

/** {@code train}: reads, shows or runs a configuration; Ctrl-C stops after a checkpoint. */
final class TrainActions {
    private TrainActions() {}

    /** Runs the configuration of one kind of training. */
    static CommandAction<TrainOptions> of(Class<? extends TrainingRun> kind) {
        return (options, context) -> train(options, context, ConfigFile.read(options.config(), overrides(options, context), kind));
    }

    private static int train(TrainOptions options, CommandContext context, TrainingRun run) {
        if (options.dryRun()) {
            context.console().out().print(Json.pretty(run.plan(context.openDevice())));
            return 0;
        }
        var loop = new AtomicReference<TrainLoop>();
        TrainLoop.End end;
        try (var progress = context.console().progress("clips")) {
            end = run.train(context.openDevice(), context.stopping(progress), l -> {
                loop.set(l);
                context.stop().needs(StopSignal.SAVING);
                context.stop().whenRequested(l::stop);
            });
        }
        return switch (end) {
            case FINISHED -> {
                context.console().out().println(run.run() + "/model  " + Objects.requireNonNull(loop.get()).samples() + " samples");
                yield 0;
            }
            case STOPPED -> throw new StoppedException("stopped at " + Objects.requireNonNull(loop.get()).samples() + " samples, checkpoint in " + run.run()
                    + "; run the same command to continue.");
        };
    }

    /** {@code --dtype} overrides the setting of that name. */
    private static Map<String, String> overrides(TrainOptions options, CommandContext context) {
        var all = new LinkedHashMap<>(options.overrides());
        String key = "training.optimisation.dtype";
        switch (context.dtype()) {
            case AUTO -> {}
            case FP32 -> put(all, key, "fp32");
            case BF16 -> put(all, key, "bf16");
        }
        return all;
    }

    private static void put(Map<String, String> all, String key, String value) {
        String before = all.putIfAbsent(key, value);
        if (before != null && !before.equals(value)) {
            throw new UserException("--dtype " + value + " and --set " + key + "=" + before + " contradict each other: give one of them");
        }
    }
}
