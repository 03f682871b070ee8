package org.praxino.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import org.praxino.train.TrainLoop;
import org.praxino.train.run.CausalRun;
import org.praxino.train.run.CausalRunner;
import org.praxino.train.run.DmdRun;
import org.praxino.train.run.DmdRunner;
import org.praxino.train.run.OdeRun;
import org.praxino.train.run.OdeRunner;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.TokenizerRunner;
import org.praxino.train.run.WaltRun;
import org.praxino.train.run.WaltRunner;

/** {@code train}: reads, shows or runs a configuration; Ctrl-C stops after a checkpoint. */
final class TrainActions {
    private TrainActions() {}

    static int tokenizer(TrainOptions options, CommandContext context) {
        var run = ConfigFile.read(options.config(), overrides(options, context), TokenizerRun.class);
        return train(options, context, () -> run, run.run(), started -> TokenizerRunner.run(run, context.openDevice(), started));
    }

    static int walt(TrainOptions options, CommandContext context) {
        var run = ConfigFile.read(options.config(), overrides(options, context), WaltRun.class);
        return train(options, context, () -> run, run.run(), started -> {
            try (var progress = context.console().progress("samples")) {
                return WaltRunner.run(run, context.openDevice(), context.stopping(progress), started);
            }
        });
    }

    static int causal(TrainOptions options, CommandContext context) {
        var run = ConfigFile.read(options.config(), overrides(options, context), CausalRun.class);
        return train(options, context, () -> CausalRunner.plan(run, context.openDevice()), run.run(), started -> {
            try (var progress = context.console().progress("clips")) {
                return CausalRunner.run(run, context.openDevice(), context.stopping(progress), started);
            }
        });
    }

    static int ode(TrainOptions options, CommandContext context) {
        var run = ConfigFile.read(options.config(), overrides(options, context), OdeRun.class);
        return train(options, context, () -> OdeRunner.plan(run, context.openDevice()), run.run(), started -> {
            try (var progress = context.console().progress("clips")) {
                return OdeRunner.run(run, context.openDevice(), context.stopping(progress), started);
            }
        });
    }

    static int dmd(TrainOptions options, CommandContext context) {
        var run = ConfigFile.read(options.config(), overrides(options, context), DmdRun.class);
        return train(options, context, () -> DmdRunner.plan(run, context.openDevice()), run.run(), started -> {
            try (var progress = context.console().progress("clips")) {
                return DmdRunner.run(run, context.openDevice(), context.stopping(progress), started);
            }
        });
    }

    /** A run, given what to tell about its loop. */
    private interface Work {
        TrainLoop.End run(Consumer<TrainLoop> started);
    }

    private static int train(TrainOptions options, CommandContext context, Supplier<Object> plan, String folder, Work work) {
        if (options.dryRun()) {
            context.console().out().print(Json.pretty(plan.get()));
            return 0;
        }
        var loop = new AtomicReference<TrainLoop>();
        TrainLoop.End end = work.run(l -> {
            loop.set(l);
            context.stop().needs(StopSignal.SAVING);
            context.stop().whenRequested(l::stop);
        });
        return switch (end) {
            case FINISHED -> {
                context.console().out().println(folder + "/model  " + loop.get().samples() + " samples");
                yield 0;
            }
            case STOPPED -> throw new StoppedException("stopped at " + loop.get().samples() + " samples, checkpoint in " + folder
                    + "; run the same command to go on.");
        };
    }

    /** {@code --dtype} stands for the setting of that name. */
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
