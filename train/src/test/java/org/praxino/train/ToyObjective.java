package org.praxino.train;

import java.nio.file.Path;
import java.util.Map;
import org.praxino.media.ContactSheet;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.Device;
import org.praxino.tensor.Init;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** Learns a small matrix from noisy pairs, and keeps a state of its own besides. */
final class ToyObjective implements Objective {
    private final Params params = Params.initialise(4, Device.CPU);
    private final Tensor weight = params.get("weight", Init.normal(1), 6, 6);
    private final Tensor counter = Tensor.zeros(org.praxino.tensor.DType.F32, Device.CPU, 1).own();
    private final long delayMillis;

    ToyObjective(long delayMillis) {
        this.delayMillis = delayMillis;
    }

    @Override
    public Params params() {
        return params;
    }

    @Override
    public LossTerms loss(long first, int count) {
        if (delayMillis > 0) {
            try {
                Thread.sleep(delayMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        var random = RandomStream.of(9, "pairs", first);
        Tensor x = random.normal(count, 6);
        Tensor y = x.flip(1).add(random.normal(count, 6).mul(0.01));
        Tensor loss = x.matmul(weight).mse(y);
        return new LossTerms(loss, Map.of("error", loss));
    }

    @Override
    public double flopsPerSample() {
        return 3 * 2 * 36;
    }

    @Override
    public void afterUpdate(long samples) {
        counter.addInPlace(Tensor.ones(org.praxino.tensor.DType.F32, Device.CPU, 1));
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of("counter", counter);
    }

    @Override
    public void restore(WeightSource state) {
        counter.copyFrom(state.read("counter"));
    }

    @Override
    public void sheet(Path png) {
        var frames = VideoTensors.toFrames(weight.reshape(1, 1, 6, 6).repeat(3, 1, 1, 1).clamp(-1, 1));
        new ContactSheet(8, Rgb.WHITE).row("", frames).save(png, WriteOptions.plain(1));
    }

    @Override
    public String dataDigest() {
        return "toy";
    }

    double counter() {
        return counter.item();
    }

    @Override
    public void close() {
        params.close();
        counter.close();
    }

    /** Arguments: run folder, samples, milliseconds an update. Ends when the run does. */
    public static void main(String[] args) {
        run(Path.of(args[0]), Long.parseLong(args[1]), Long.parseLong(args[2]), OFTEN, loop -> {});
    }

    /** A checkpoint every few updates, to be interrupted in. */
    static final TrainLoop.Intervals OFTEN = new TrainLoop.Intervals(0.0003, 2, 0.01, 0.05);

    /** No checkpoint and no sheet but at the end: forcing files to the disk is what a run this small spends its time with. */
    static final TrainLoop.Intervals SELDOM = new TrainLoop.Intervals(10, 2, 10, 0.05);

    static TrainLoop.End run(
            Path folder, long samples, long delay, TrainLoop.Intervals house, java.util.function.Consumer<TrainLoop> started) {
        var o = new Optimisation(samples, 2, 2, 0.05, 20, 40, 0.9, 0.99, 0.01, 1, 0.99, 1, "fp32");
        try (var objective = new ToyObjective(delay)) {
            var loop = new TrainLoop(
                    o, objective, RunFolder.open(folder, o), house, Device.CPU, 1);
            started.accept(loop);
            return loop.run();
        }
    }
}
