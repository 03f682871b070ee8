package org.praxino.condition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Everything a denoiser sees in one call.
 *
 * @param noisy [B, C, T, H, W]
 * @param level the noise level of each of the B·T latent frames
 * @param kinds of each batch element, B long
 * @param firstFrame position of the first latent frame; 0 except when a clip continues
 * @param condition what to show
 * @param given known frames, or null
 * @param lowRes latent of the stage before, or null
 * @param selfEstimate [B, C, T, H, W], the network's own last estimate of the clean latent, or null for none
 */
public record DenoiserInput(
        Tensor noisy,
        Levels level,
        List<SampleKind> kinds,
        int firstFrame,
        Condition condition,
        @Nullable GivenFrames given,
        @Nullable LowResolution lowRes,
        @Nullable Tensor selfEstimate) {

    public DenoiserInput {
        kinds = List.copyOf(kinds);
        if (noisy.dim() != 5) {
            throw new ShapeException("noisy latent", "[B, C, T, H, W]", noisy.shape());
        }
        long b = noisy.size(0);
        long t = noisy.size(2);
        if (level.batch() != b || level.frames() != t) {
            throw new ShapeException("noise level", "[" + b + ", " + t + "]", new long[] {level.batch(), level.frames()});
        }
        if (kinds.size() != b) {
            throw new UserException(kinds.size() + " kinds were given for a batch of " + b);
        }
        if (firstFrame < 0) {
            throw new UserException("first frame " + firstFrame + " lies before the start of the clip: it must be 0 or more");
        }
        if (given != null && !Arrays.equals(given.latents().shape(), noisy.shape())) {
            throw new ShapeException("given latents", Arrays.toString(noisy.shape()), given.latents().shape());
        }
        if (selfEstimate != null && !Arrays.equals(selfEstimate.shape(), noisy.shape())) {
            throw new ShapeException("self-conditioning estimate", Arrays.toString(noisy.shape()), selfEstimate.shape());
        }
        if (lowRes != null) {
            long[] half = {b, noisy.size(1), t, noisy.size(3) / 2, noisy.size(4) / 2};
            if (!Arrays.equals(lowRes.latents().shape(), half)) {
                throw new ShapeException("low-resolution latents", Arrays.toString(half), lowRes.latents().shape());
            }
        }
        switch (condition) {
            case Condition.None n -> {}
            case Condition.Text text -> {
                Tensor rows = text.rows();
                if (rows == null ? text.states().size(0) != b : !Arrays.equals(rows.shape(), new long[] {b, t})) {
                    throw rows == null
                            ? new ShapeException("text states", "[" + b + ", S, Dt]", text.states().shape())
                            : new ShapeException("text rows", "[" + b + ", " + t + "]", rows.shape());
                }
            }
            case Condition.ClassLabel label -> {
                Tensor ids = label.ids();
                if (ids.size(0) != b || (ids.dim() == 2 && ids.size(1) != t)) {
                    throw new ShapeException("class ids", "[" + b + "] or [" + b + ", " + t + "]", ids.shape());
                }
            }
        }
    }

    /** Whole clips from their first frame on, with nothing but {@code condition}. */
    public static DenoiserInput clips(Tensor noisy, Levels level, Condition condition) {
        return new DenoiserInput(
                noisy, level, SampleKind.all(SampleKind.CLIP, (int) noisy.size(0)), 0, condition, null, null, null);
    }

    /** Stacks of independent images. */
    public static DenoiserInput images(Tensor noisy, Levels level, Condition condition) {
        return clips(noisy, level, condition).withKinds(SampleKind.all(SampleKind.IMAGES, (int) noisy.size(0)));
    }

    public DenoiserInput withKinds(List<SampleKind> kinds) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    public DenoiserInput withCondition(Condition condition) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    public DenoiserInput withGiven(@Nullable GivenFrames given) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    public DenoiserInput withLowRes(@Nullable LowResolution lowRes) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    public DenoiserInput withSelfEstimate(@Nullable Tensor selfEstimate) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    public DenoiserInput withFirstFrame(int firstFrame) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    public DenoiserInput withNoisy(Tensor noisy, Levels level) {
        return new DenoiserInput(noisy, level, kinds, firstFrame, condition, given, lowRes, selfEstimate);
    }

    /** Elements {@code from} to {@code to}, the latter not included. */
    public DenoiserInput rows(int from, int to) {
        int count = to - from;
        return new DenoiserInput(
                noisy.narrow(0, from, count),
                level.rows(from, count),
                kinds.subList(from, to),
                firstFrame,
                condition.rows(from, count),
                given == null ? null : new GivenFrames(given.latents().narrow(0, from, count), given.mask().narrow(0, from, count)),
                lowRes == null ? null : new LowResolution(lowRes.latents().narrow(0, from, count), lowRes.level().narrow(0, from, count)),
                selfEstimate == null ? null : selfEstimate.narrow(0, from, count));
    }

    /** The batch followed by itself under {@code other}: both halves of classifier-free guidance in one call. */
    public DenoiserInput forGuidance(Condition other) {
        return twice(Condition.concat(condition, other));
    }

    /** The batch followed by itself. @param both condition of all elements */
    public DenoiserInput twice(Condition both) {
        var twice = new ArrayList<>(kinds);
        twice.addAll(kinds);
        return new DenoiserInput(
                Tensor.cat(0, noisy, noisy),
                level.and(level),
                twice,
                firstFrame,
                both,
                given == null ? null : given.twice(),
                lowRes == null ? null : lowRes.twice(),
                selfEstimate == null ? null : Tensor.cat(0, selfEstimate, selfEstimate));
    }
}
