package org.praxino.train.walt;

import java.util.Arrays;
import java.util.List;
import org.praxino.condition.GivenMask;
import org.praxino.condition.SampleKind;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;

/** Draws which latents of training clips are given (p_fp of W.A.L.T 3.3). At least one latent of every clip stays to be predicted. */
record GivenMasks(List<GivenMask> choices, double share) {

    /** 1 for what is given. @return [B, 1, T, 1, 1], or [B, 1, T, H, W] where regions are among the choices */
    Tensor draw(List<SampleKind> kinds, int frames, int height, int width, RandomStream random) {
        boolean regions = choices.contains(GivenMask.REGION);
        int area = regions ? height * width : 1;
        float[] mask = new float[kinds.size() * frames * area];
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) == SampleKind.CLIP && random.uniform() < share) {
                GivenMask one = choices.size() == 1 ? choices.getFirst() : choices.get(random.nextInt(choices.size()));
                give(one, mask, i * frames * area, frames, area, width, random);
            }
        }
        return regions ? Tensor.of(mask, kinds.size(), 1, frames, height, width) : Tensor.of(mask, kinds.size(), 1, frames, 1, 1);
    }

    private static void give(GivenMask one, float[] mask, int from, int frames, int area, int width, RandomStream random) {
        switch (one) {
            case FIRST -> frames(mask, from, 0, Math.min(1 + random.nextInt(2), frames - 1), area);
            case LAST -> {
                int known = Math.min(1 + random.nextInt(2), frames - 1);
                frames(mask, from, frames - known, known, area);
            }
            case ENDS -> {
                frames(mask, from, 0, Math.min(1, frames - 1), area);
                frames(mask, from, frames - 1, frames > 2 ? 1 : 0, area);
            }
            case REGION -> region(mask, from, frames, area, width, random);
        }
    }

    private static void frames(float[] mask, int from, int first, int count, int area) {
        Arrays.fill(mask, from + first * area, from + (first + count) * area, 1);
    }

    /** A rectangle of a quarter to three quarters of either side, the same in all frames; given, or all but it. */
    private static void region(float[] mask, int from, int frames, int area, int width, RandomStream random) {
        int height = area / width;
        boolean inside = random.nextInt(2) == 1;
        int h = side(height, random);
        int w = side(width, random);
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        for (int t = 0; t < frames; t++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean in = y >= top && y < top + h && x >= left && x < left + w;
                    mask[from + t * area + y * width + x] = in == inside ? 1 : 0;
                }
            }
        }
        if (inside && h * w == area) { // a grid of one position has nothing to leave
            Arrays.fill(mask, from, from + frames * area, 0);
        }
    }

    private static int side(int length, RandomStream random) {
        return Math.clamp(Math.round(length * (0.25 + 0.5 * random.uniform())), 1, length);
    }
}
