package org.praxino.app;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.StoppedException;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.train.TrainLoop;
import org.praxino.train.run.TrainingRun;
import tools.jackson.databind.node.ObjectNode;

/**
 * A short run of a configuration that measures how long it takes.
 *
 * @param preparing seconds before the first update: encoding, trajectories, opening
 * @param training seconds of updates
 * @param samplesPerSecond of updates, the first one left out
 */
record StageTrial(double preparing, double training, double samplesPerSecond) {
    /** Runs a configuration. */
    @FunctionalInterface
    interface Runner {
        TrainLoop.End run(TrainingRun run, Consumer<TrainLoop> started);
    }

    /**
     * Runs {@code configuration} for a while in a folder of its own, which is deleted afterwards; encoded latents and trajectories stay with
     * the data.
     *
     * @param seconds of updates after the first
     */
    static StageTrial measure(Path folder, TrainingRun configuration, double seconds, Runner runner, StopSignal stop) {
        ObjectNode tree = (ObjectNode) Json.tree(configuration);
        tree.put("run", folder.toString());
        TrainingRun trial = Json.fromTree(tree, "the trial's configuration", configuration.getClass());
        AtomicFiles.delete(folder);
        long begin = System.nanoTime();
        var clock = new AtomicReference<@Nullable Clock>();
        try (var timer = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("trial").factory())) {
            runner.run(trial, loop -> {
                var watching = new Clock(loop);
                clock.set(watching);
                stop.whenRequested(loop::stop);
                timer.scheduleWithFixedDelay(() -> watching.look(seconds), 50, 50, TimeUnit.MILLISECONDS);
            });
            timer.shutdownNow();
        } finally {
            AtomicFiles.delete(folder);
        }
        if (stop.isRequested()) {
            throw new StoppedException("stopped; what is finished is kept, run the same command to continue.");
        }
        return Objects.requireNonNull(clock.get(), "a run reports its loop").result(begin);
    }

    /** Watches a loop from its first finished update on. */
    private static final class Clock {
        private final TrainLoop loop;
        private final long started = System.nanoTime();
        private long first; // samples after the first update
        private long firstAt;
        private long last;
        private long lastAt;

        Clock(TrainLoop loop) {
            this.loop = loop;
        }

        synchronized void look(double seconds) {
            long now = System.nanoTime();
            long samples = loop.samples();
            if (samples > last) {
                last = samples;
                lastAt = now;
                if (first == 0) {
                    first = samples;
                    firstAt = now;
                }
            }
            if (first > 0 && last > first && now - firstAt > seconds * 1e9) {
                loop.stop();
            }
        }

        synchronized StageTrial result(long begin) {
            double speed = last > first ? (last - first) / ((lastAt - firstAt) / 1e9) : 1;
            return new StageTrial((started - begin) / 1e9, (lastAt - started) / 1e9, speed);
        }
    }
}
