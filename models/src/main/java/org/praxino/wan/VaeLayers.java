package org.praxino.wan;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Init;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.YieldPoint;

/**
 * The layers that both halves of the VAE share (Wan 2.1 report, section 4.1). Activations are
 * [B, T, H, W, C] in memory, which 2-D and 3-D kernels read as channels-last. Every call belongs to a stream: there is no other way
 * through time, and a whole clip is a stream of one frame and then groups.
 */
final class VaeLayers {
    private VaeLayers() {}

    /** 3×3×3 convolution, causal: two frames from before, or zeros, stand in front. */
    static final class Conv {
        private static final int PAST = 2;

        private final Tensor weight; // [O, C, 3, 3, 3]
        private final Tensor bias;
        private final int slot;

        Conv(Params p, int in, int out, VaeFeatureCache.Count slots) {
            weight = p.get("weight", Init.kaiming(), out, in, 3, 3, 3);
            bias = p.get("bias", Init.zeros(), out);
            slot = slots.next();
        }

        Tensor forward(Tensor x, VaeFeatureCache cache) {
            Tensor all = withPast(x, cache, slot, PAST);
            cache.keepLast(slot, all, PAST);
            Tensor y = convolved(all, weight, bias, 1, 1);
            all.close();
            return y;
        }
    }

    /** x with the frames of a slot, or with zeros, in front. */
    private static Tensor withPast(Tensor x, VaeFeatureCache cache, int slot, int frames) {
        Tensor past = cache.get(slot);
        return past == null ? Ops.pad(x, 0, 0, 0, 0, 0, 0, frames, 0) : Tensor.cat(1, past, x);
    }

    private static Tensor convolved(Tensor x, Tensor weight, Tensor bias, long strideTime, long padding) {
        return Ops.conv3d(x.permute(0, 4, 1, 2, 3), weight, bias, new long[] {strideTime, 1, 1}, new long[] {0, padding, padding})
                .permute(0, 2, 3, 4, 1);
    }

    /** 2-D convolution of each frame. */
    private static Tensor eachFrame(Tensor x, Tensor weight, Tensor bias, int stride, int padding) {
        long[] s = x.shape();
        Tensor frames = x.reshape(s[0] * s[1], s[2], s[3], s[4]).permute(0, 3, 1, 2); // [BT, C, H, W]
        Tensor y = Ops.conv2d(frames, weight, bias, stride, padding, 1).permute(0, 2, 3, 1); // [BT, H', W', O]
        return y.reshape(s[0], s[1], y.size(1), y.size(2), y.size(3));
    }

    /** x/‖x‖·√C·γ over the channels of a position: a root-mean-square norm whose length is floored at 1e-12. */
    static final class Norm {
        private static final double FLOOR = 1e-24;

        private final Tensor gamma; // [C]

        /** @param ones how many dimensions of size one the published tensor has behind C */
        Norm(Params p, int channels, int ones) {
            long[] shape = new long[1 + ones];
            java.util.Arrays.fill(shape, 1);
            shape[0] = channels;
            gamma = p.get("gamma", Init.ones(), shape);
        }

        Tensor forward(Tensor x) {
            return Ops.rmsNorm(x, gamma.reshape(-1), FLOOR);
        }
    }

    /** 1×1×1 convolution. */
    static final class Point {
        private final Tensor weight;
        private final Tensor bias;

        Point(Params p, int in, int out, int ones) {
            long[] shape = new long[2 + ones];
            java.util.Arrays.fill(shape, 1);
            shape[0] = out;
            shape[1] = in;
            weight = p.get("weight", Init.xavier(), shape);
            bias = p.get("bias", Init.zeros(), out);
        }

        Tensor forward(Tensor x) {
            return Ops.linear(x, weight.reshape(weight.size(0), weight.size(1)), bias);
        }
    }

    /** Norm, SiLU, convolution, twice, around a shortcut. */
    static final class Residual implements Layer {
        private final Norm norm1;
        private final Conv conv1;
        private final Norm norm2;
        private final Conv conv2;
        private final @Nullable Point shortcut;

        Residual(Params p, int in, int out, VaeFeatureCache.Count slots) {
            norm1 = new Norm(p.at("residual.0"), in, 3);
            conv1 = new Conv(p.at("residual.2"), in, out, slots);
            norm2 = new Norm(p.at("residual.3"), out, 3);
            conv2 = new Conv(p.at("residual.6"), out, out, slots);
            shortcut = in == out ? null : new Point(p.at("shortcut"), in, out, 3);
        }

        @Override
        public Tensor forward(Tensor x, VaeFeatureCache cache) {
            Tensor h = half(norm1, conv1, x, cache);
            Tensor y = half(norm2, conv2, h, cache);
            h.close();
            return (shortcut == null ? x : shortcut.forward(x)).add(y);
        }

        private static Tensor half(Norm norm, Conv conv, Tensor x, VaeFeatureCache cache) {
            try (var scope = Scope.open("half a block")) {
                Tensor n = norm.forward(x);
                Tensor s = n.silu();
                n.close();
                return scope.keep(conv.forward(s, cache));
            }
        }
    }

    /** Attention with one head over the positions of each frame. */
    static final class Attention implements Layer {
        private final Norm norm;
        private final Point qkv;
        private final Point out;

        Attention(Params p, int channels) {
            norm = new Norm(p.at("norm"), channels, 2);
            qkv = new Point(p.at("to_qkv"), channels, 3 * channels, 2);
            out = new Point(p.at("proj"), channels, channels, 2);
        }

        @Override
        public Tensor forward(Tensor x, VaeFeatureCache cache) {
            long[] s = x.shape();
            List<Tensor> parts = qkv.forward(norm.forward(x)).reshape(s[0] * s[1], 1, s[2] * s[3], 3 * s[4]).chunk(3, -1);
            Tensor seen = Ops.attention(parts.get(0), parts.get(1), parts.get(2), null); // [BT, 1, HW, C]
            return x.add(out.forward(seen.reshape(s)));
        }
    }

    /** Halves space, then time where asked: of a stream, the first frame stays alone, later ones go two by two. */
    static final class Down implements Layer {
        private final Tensor weight;
        private final Tensor bias;
        private final @Nullable Tensor timeWeight; // [C, C, 3, 1, 1]
        private final @Nullable Tensor timeBias;
        private final int slot;

        Down(Params p, int channels, boolean temporal, VaeFeatureCache.Count slots) {
            weight = p.at("resample.1").get("weight", Init.kaiming(), channels, channels, 3, 3);
            bias = p.at("resample.1").get("bias", Init.zeros(), channels);
            timeWeight = temporal ? p.at("time_conv").get("weight", Init.kaiming(), channels, channels, 3, 1, 1) : null;
            timeBias = temporal ? p.at("time_conv").get("bias", Init.zeros(), channels) : null;
            slot = temporal ? slots.next() : -1;
        }

        @Override
        public Tensor forward(Tensor x, VaeFeatureCache cache) {
            Tensor y = eachFrame(Ops.pad(x, 0, 0, 0, 1, 0, 1), weight, bias, 2, 0);
            if (timeWeight == null || timeBias == null) {
                return y;
            }
            Tensor last = cache.get(slot);
            Tensor all = last == null ? y : Tensor.cat(1, last, y);
            cache.keepLast(slot, y, 1);
            return last == null ? y : convolved(all, timeWeight, timeBias, 2, 0);
        }
    }

    /** Doubles time where asked and then space, halving the channels: the first latent frame of a stream stays one frame. */
    static final class Up implements Layer {
        private static final int PAST = 2;

        private final @Nullable Tensor timeWeight; // [2C, C, 3, 1, 1]
        private final @Nullable Tensor timeBias;
        private final Tensor weight; // [C/2, C, 3, 3]
        private final Tensor bias;
        private final int slot;

        Up(Params p, int channels, boolean temporal, VaeFeatureCache.Count slots) {
            timeWeight = temporal ? p.at("time_conv").get("weight", Init.kaiming(), 2L * channels, channels, 3, 1, 1) : null;
            timeBias = temporal ? p.at("time_conv").get("bias", Init.zeros(), 2L * channels) : null;
            weight = p.at("resample.1").get("weight", Init.kaiming(), channels / 2, channels, 3, 3);
            bias = p.at("resample.1").get("bias", Init.zeros(), channels / 2);
            slot = temporal ? slots.next() : -1;
        }

        @Override
        public Tensor forward(Tensor x, VaeFeatureCache cache) {
            return eachFrame(upsample2x(timeWeight == null || timeBias == null ? x : inTime(x, timeWeight, timeBias, cache)), weight, bias, 1, 1);
        }

        /** The first frame does not enter: for the second, zeros stand in its place. */
        private Tensor inTime(Tensor x, Tensor timeWeight, Tensor timeBias, VaeFeatureCache cache) {
            if (cache.get(slot) == null) {
                cache.keepLast(slot, x.mul(0).expand(-1, PAST, -1, -1, -1), PAST);
                return x;
            }
            Tensor all = withPast(x, cache, slot, PAST);
            cache.keepLast(slot, all, PAST);
            long[] s = x.shape();
            return convolved(all, timeWeight, timeBias, 1, 0) // [B, T, H, W, 2C]: a frame's two halves are two frames
                    .reshape(s[0], s[1], s[2], s[3], 2, s[4])
                    .permute(0, 1, 4, 2, 3, 5)
                    .reshape(s[0], 2 * s[1], s[2], s[3], s[4]);
        }

        /** Each position four times. */
        private static Tensor upsample2x(Tensor x) {
            long[] s = x.shape();
            return x.reshape(s[0], s[1], s[2], 1, s[3], 1, s[4])
                    .expand(s[0], s[1], s[2], 2, s[3], 2, s[4])
                    .reshape(s[0], s[1], 2 * s[2], 2 * s[3], s[4]);
        }
    }

    /** [B, T, H, W, C] of one piece of a stream. The first piece of a stream is one frame. */
    interface Layer {
        Tensor forward(Tensor x, VaeFeatureCache cache);
    }

    /** One layer after another, each freeing what the one before it gave. */
    static Tensor through(List<Layer> layers, Tensor x, VaeFeatureCache cache) {
        Tensor now = x;
        for (Layer layer : layers) {
            Tensor next;
            try (var scope = Scope.open("vae layer")) {
                next = scope.keep(layer.forward(now, cache));
            }
            if (now != x) {
                now.close();
            }
            now = next;
            YieldPoint.reached();
        }
        return now;
    }
}
