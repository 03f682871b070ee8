package org.praxino.train;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Muon;

/**
 * How a network is trained, in samples: changing the batch leaves the schedule where it was.
 *
 * @param samples samples to see in all
 * @param batch samples a forward pass
 * @param accumulate forward passes an update
 * @param learningRate at its highest
 * @param warmup samples over which it rises linearly from 0
 * @param decay samples at the end over which it falls linearly to 0; 0 keeps it constant
 * @param beta1 AdamW
 * @param beta2 AdamW
 * @param weightDecay AdamW, on matrices only
 * @param clip largest 2-norm of the gradient
 * @param ema decay of the averaged weights an update; it starts lower and rises to this
 * @param seed of everything random
 * @param dtype auto, fp32 or bf16: what matrix products run in; weights stay fp32
 * @param muon Muon for the matrices inside the network, or null for AdamW alone; its rate rises and falls with the other one
 */
public record Optimisation(
        long samples, int batch, int accumulate, double learningRate, long warmup, long decay, double beta1, double beta2,
        double weightDecay, double clip, double ema, long seed, String dtype,
        Muon.@Nullable Settings muon) {
    public Optimisation {
        if (samples < 1 || batch < 1 || accumulate < 1) {
            throw new ConfigException("samples=" + samples + ", batch=" + batch + ", accumulate=" + accumulate + " must be positive");
        }
        if (!(learningRate > 0) || !(clip > 0) || warmup < 0 || decay < 0 || warmup + decay > samples) {
            throw new ConfigException("learningRate=" + learningRate + " and clip=" + clip + " must be positive, and warmup=" + warmup
                    + " + decay=" + decay + " within samples=" + samples);
        }
        if (!(ema >= 0 && ema < 1)) {
            throw new ConfigException("ema=" + ema + " must lie in [0, 1)");
        }
        if (!java.util.Set.of("auto", "fp32", "bf16").contains(dtype)) {
            throw new ConfigException("dtype=" + dtype + " is unknown: use auto, fp32 or bf16");
        }
    }

    /** Learning rate when {@code seen} samples have been used. */
    public double rate(long seen) {
        double up = warmup == 0 ? 1 : Math.min(1, (seen + (double) batch * accumulate) / warmup);
        double down = decay == 0 ? 1 : Math.clamp((samples - seen) / (double) decay, 0, 1);
        return learningRate * Math.min(up, down);
    }

    /** Number of the update that sample {@code first} belongs to. */
    public long update(long first) {
        return first / ((long) batch * accumulate);
    }

    /** Decay of the average at update {@code step} (1-based): young averages forget faster. */
    public double ema(long step) {
        return Math.min(ema, (1.0 + step) / (10.0 + step));
    }

    /** What matrix products run in on {@code device}. */
    public DType precision(Device device) {
        return switch (dtype) {
            case "fp32" -> DType.F32;
            case "bf16" -> DType.BF16;
            default -> device.fastDType();
        };
    }
}
