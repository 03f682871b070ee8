package org.praxino.train.tokenizer;

import java.util.List;
import org.praxino.tensor.ConfigException;

/**
 * Sizes of {@link Discriminator3d}.
 *
 * @param base channels of the first convolution
 * @param multipliers of {@code base}, one for each block; a block halves time, height and width
 * @param hidden width of the layer before the logit
 * @param height of a frame, a multiple of 2 to the number of blocks
 * @param width of a frame, likewise
 */
public record DiscriminatorConfig(int base, List<Integer> multipliers, int hidden, int height, int width) {

    public DiscriminatorConfig {
        multipliers = List.copyOf(multipliers);
        int step = 1 << multipliers.size();
        if (base < 1 || hidden < 1 || multipliers.isEmpty() || multipliers.stream().anyMatch(m -> m < 1)) {
            throw new ConfigException("discriminator sizes must be positive, but are base=" + base + ", multipliers=" + multipliers
                    + ", hidden=" + hidden);
        }
        if (height < step || height % step != 0 || width < step || width % step != 0) {
            throw new ConfigException("discriminator frames of " + height + "x" + width + " are no multiple of " + step + ", which "
                    + multipliers.size() + " blocks need");
        }
    }

    /** MAGVIT-v2 at 128×128: 61 M weights. */
    public static DiscriminatorConfig published() {
        return new DiscriminatorConfig(128, List.of(2, 4, 4, 4, 4), 512, 128, 128);
    }

    int channels(int block) {
        return block < 0 ? base : base * multipliers.get(block);
    }

    int last() {
        return channels(multipliers.size() - 1);
    }

    /** Numbers that the layer before the last reads. */
    int flat() {
        int step = 1 << multipliers.size();
        return last() * (height / step) * (width / step);
    }

    /** Number of weights. */
    public long count() {
        long sum = conv(3, base, 27) + conv(last(), last(), 27) + conv(flat(), hidden, 1) + conv(hidden, 1, 1);
        for (int i = 0; i < multipliers.size(); i++) {
            int in = channels(i - 1);
            int out = channels(i);
            sum += conv(in, in, 27) + conv(in, out, 27) + (long) in * out;
        }
        return sum;
    }

    private static long conv(long in, long out, long taps) {
        return in * out * taps + out;
    }
}
