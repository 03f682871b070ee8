package org.praxino.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.Provenance;
import org.praxino.tensor.Autocast;
import org.praxino.tensor.Backend;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Ema;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.ParallelThreads;
import org.praxino.tensor.Scope;

/**
 * The one training loop. Its clock counts samples; the same command resumes; a checkpoint every few minutes, the last few kept.
 * Nothing between two updates depends on wall-clock time, so a resumed run is bit-equal to an uninterrupted one.
 */
public final class TrainLoop {
    /**
     * @param checkpointMinutes wall time between checkpoints
     * @param keep checkpoints kept
     * @param sheetMinutes wall time between sample sheets
     * @param logSeconds wall time between log lines
     */
    public record Intervals(double checkpointMinutes, int keep, double sheetMinutes, double logSeconds) {
        public Intervals {
            if (!(checkpointMinutes > 0 && sheetMinutes > 0 && logSeconds > 0) || keep < 1) {
                throw new ConfigException("checkpointMinutes=" + checkpointMinutes + ", sheetMinutes=" + sheetMinutes + ", logSeconds="
                        + logSeconds + " and keep=" + keep + " must be positive");
            }
        }
    }

    /** How a run ended. */
    public enum End {
        FINISHED,
        STOPPED
    }

    private final Optimisation o;
    private final Objective objective;
    private final RunFolder folder;
    private final Intervals intervals;
    private final Device device;
    private final DType dtype;
    private final double peak;
    private volatile boolean stop;
    private volatile long samples;
    private long skipped;
    private RunFolder.@Nullable SavedCheckpoint before;

    /** A loop that compares its speed with the GEMM peak measured here and now. */
    public TrainLoop(Optimisation o, Objective objective, RunFolder folder, Intervals intervals, Device device) {
        this(o, objective, folder, intervals, device, Gemm.peak(device, o.precision(device)));
    }

    /** @param peak GFLOP/s that speeds are compared with */
    TrainLoop(Optimisation o, Objective objective, RunFolder folder, Intervals intervals, Device device, double peak) {
        this.o = o;
        this.objective = objective;
        this.folder = folder;
        this.intervals = intervals;
        this.device = device;
        this.dtype = o.precision(device);
        this.peak = peak;
    }

    /**
     * A new run goes on with weights, averages and moments of another one, whose network must be the same; its own samples begin at 0. A run that has a
     * checkpoint of its own goes on from that.
     */
    public void continueFrom(RunFolder.SavedCheckpoint checkpoint) {
        before = checkpoint;
    }

    /** Asks the loop to write a checkpoint and return after the current update; safe from any thread. */
    public void stop() {
        stop = true;
    }

    /** Trains until all samples are seen or {@link #stop} is called. */
    public End run() {
        var params = objective.params();
        objective.learnable().forEach(w -> w.requiresGrad(true));
        try (var optimiser = new Optimiser(o, objective);
                var ema = new Ema(params);
                var lanes = lanes();
                var log = new TrainLog(
                        folder, folder.latest().map(c -> c.state().samples()).orElse(0L), peak)) {
            var own = folder.latest();
            if (own.isEmpty() && before != null) {
                before.restore(params, ema, optimiser, objective);
                log.note("went on with the moments of " + before.path());
            }
            own.ifPresent(c -> {
                samples = c.restore(params, ema, optimiser, objective);
                skipped = c.state().skipped();
                log.note("resumed at " + samples + " samples");
            });
            long lastCheckpoint = System.nanoTime();
            long lastSheet = System.nanoTime();
            long lastLog = System.nanoTime();
            long loggedAt = samples;
            var sums = new LinkedHashMap<String, Double>();
            int updates = 0;
            double norms = 0;
            while (samples < o.samples() && !stop) {
                double norm = update(optimiser, ema, sums, lanes);
                norms += norm;
                updates++;
                long now = System.nanoTime();
                boolean due = now - lastLog >= intervals.logSeconds * 1e9 || samples >= o.samples() || stop;
                if (due) {
                    double seconds = (now - lastLog) / 1e9;
                    int n = updates;
                    sums.replaceAll((k, v) -> v / n);
                    double perSecond = (samples - loggedAt) / seconds;
                    log.line(new TrainLog.Line(
                            samples, o.samples(), Map.copyOf(sums), o.rate(samples), norms / n, perSecond,
                            perSecond * objective.flopsPerSample() / 1e12, Backend.residentBytes() >> 20, skipped));
                    sums.clear();
                    updates = 0;
                    norms = 0;
                    loggedAt = samples;
                    lastLog = System.nanoTime();
                }
                if (now - lastCheckpoint >= intervals.checkpointMinutes * 60e9 && samples < o.samples()) {
                    save(optimiser, ema);
                    lastCheckpoint = System.nanoTime();
                }
                if (now - lastSheet >= intervals.sheetMinutes * 60e9) {
                    sheet(ema, log);
                    lastSheet = System.nanoTime();
                }
            }
            save(optimiser, ema);
            if (samples >= o.samples()) {
                sheet(ema, log);
                return End.FINISHED;
            }
            return End.STOPPED;
        }
    }

    /** Two passes at once where that changes nothing: a sum of two gradients is the same in either order, one of three is not. */
    private @Nullable ParallelThreads lanes() {
        boolean two = o.accumulate() == 2 && objective.supportsParallelPasses() && !device.isCuda() && Backend.threads() > 1;
        return two ? ParallelThreads.ofCores(2) : null;
    }

    /** Accumulates the gradients of a pass. @return its values for the log */
    private Map<String, Double> pass(int a) {
        try (var scope = Scope.open("pass")) {
            Objective.LossTerms terms;
            try (var cast = Autocast.on(device, dtype)) {
                terms = objective.loss(samples + (long) a * o.batch(), o.batch());
            }
            terms.loss().backward(1.0 / o.accumulate());
            var said = new LinkedHashMap<String, Double>();
            said.put("loss", terms.loss().value().item() / o.accumulate());
            terms.parts().forEach((k, v) -> said.put(k, v.item() / o.accumulate()));
            return said;
        }
    }

    private double update(Optimiser optimiser, Ema ema, Map<String, Double> sums, @Nullable ParallelThreads lanes) {
        Stream<Map<String, Double>> said = lanes == null
                ? IntStream.range(0, o.accumulate()).mapToObj(this::pass)
                : lanes.run(IntStream.range(0, o.accumulate()).<Callable<Map<String, Double>>>mapToObj(a -> () -> pass(a)).toList())
                        .stream();
        said.forEach(parts -> parts.forEach((k, v) -> sums.merge(k, v, Double::sum)));
        double norm = Gradients.clip(objective.learnable(), o.clip());
        if (Double.isFinite(norm)) {
            optimiser.step(samples);
            ema.update(o.ema(optimiser.steps()));
        } else {
            skipped++; // a gradient that is not a number must not reach the weights
            norm = 0;
        }
        Gradients.clear(objective.learnable());
        samples += (long) o.batch() * o.accumulate();
        objective.afterUpdate(samples);
        return norm;
    }

    private void save(Optimiser optimiser, Ema ema) {
        folder.save(
                new RunFolder.State(samples, optimiser.steps(), skipped),
                Provenance.now(o, objective.dataDigest(), samples, List.of()),
                objective.params().all(), ema.all(), optimiser.state(), objective.state(), intervals.keep);
    }

    private void sheet(Ema ema, TrainLog log) {
        ema.swap();
        try (var guard = org.praxino.tensor.Grad.off();
                var scope = Scope.open("sheet")) {
            Path png = folder.sheet(samples);
            objective.sheet(png);
            log.sheet(png, samples);
        } finally {
            ema.swap();
        }
    }

    /** Samples seen so far. */
    public long samples() {
        return samples;
    }
}
