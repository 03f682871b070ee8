package org.praxino.walt;

/** Multiply-adds times two of the tokenizer's convolutions, for speeds in TFLOP/s. Norms and activations are left out. */
public final class CodecFlops {
    private CodecFlops() {}

    /** One encoder pass over one clip. */
    public static double encode(CodecConfig c, int frames, int height, int width) {
        double sum = 0;
        double t = frames;
        double h = height / (double) c.patch();
        double w = width / (double) c.patch();
        int in = c.channels().getFirst();
        sum += conv(3 * c.patch() * c.patch(), in, c.kernelTime().getFirst(), 3, t * h * w);
        for (int i = 0; i < c.channels().size(); i++) {
            boolean last = i == c.channels().size() - 1;
            int out = c.channels().get(i);
            int blocks = c.encoderBlocks() + (last ? c.middleBlocks() : 0);
            sum += blocks(in, out, blocks, c.kernelTime().get(i), t * h * w);
            in = out;
            if (!last) {
                boolean temporal = c.temporal().get(i);
                t = temporal ? (t - 1) / 2 + 1 : t;
                h /= 2;
                w /= 2;
                sum += conv(out, c.below(i), temporal || c.kernelTime().getFirst() == 3 ? 3 : 1, 3, t * h * w);
                in = c.below(i);
            }
        }
        return sum + conv(in, c.latentChannels(), 1, 1, t * h * w);
    }

    /** One decoder pass over one clip of {@code frames} video frames. */
    public static double decode(CodecConfig c, int frames, int height, int width) {
        double t = c.latentFrames(frames);
        double h = height / (double) c.spaceFactor();
        double w = width / (double) c.spaceFactor();
        int coarsest = c.channels().size() - 1;
        int in = c.channels().get(coarsest);
        double sum = conv(c.latentChannels(), in, c.kernelTime().get(coarsest), 3, t * h * w)
                + blocks(in, in, c.middleBlocks(), c.kernelTime().get(coarsest), t * h * w);
        for (int i = coarsest; i >= 0; i--) {
            int out = c.channels().get(i);
            sum += blocks(in, out, c.decoderBlocks(), c.kernelTime().get(i), t * h * w);
            in = out;
            if (i > 0) {
                boolean temporal = c.temporal().get(i - 1);
                in = c.shortcuts() ? c.channels().get(i - 1) : out;
                sum += conv(out, in * (temporal ? 8 : 4), c.upKernelTime(), 3, t * h * w);
                t = temporal ? 2 * t - 1 : t;
                h *= 2;
                w *= 2;
            }
        }
        return sum + conv(in, 3 * c.patch() * c.patch(), c.kernelTime().getFirst(), 3, t * h * w);
    }

    private static double blocks(int in, int out, int blocks, int kernelTime, double positions) {
        return blocks == 0
                ? 0
                : conv(in, out, kernelTime, 3, positions)
                        + (2.0 * blocks - 1) * conv(out, out, kernelTime, 3, positions)
                        + (in == out ? 0 : conv(in, out, 1, 1, positions));
    }

    private static double conv(int in, int out, int kernelTime, int kernel, double positions) {
        return 2.0 * in * out * kernelTime * kernel * kernel * positions;
    }
}
