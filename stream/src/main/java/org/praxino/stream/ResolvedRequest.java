package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.FlowSampling;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.media.Frame;

/**
 * A {@link GenerateRequest} with all defaults of a model filled in.
 *
 * @param prompt cleaned
 * @param negative negative prompt, or null
 * @param seed of all noise
 * @param frames video frames, 1 + 4k
 * @param steps sampling steps
 * @param guidance classifier-free guidance weight, 1 for none
 * @param schedule how the guidance weight varies with the noise level
 * @param firstFrame image to start from, or null
 * @param teacher whether the bidirectional teacher generates
 * @param sampling solver and shift of Wan's bidirectional models, else null
 * @param given frames that the clip is made around, other than {@code firstFrame}, or null
 * @param continuation how it is made piece by piece, or null
 */
public record ResolvedRequest(
        String prompt, @Nullable String negative, long seed, int frames, int steps, double guidance, GuidanceSchedule schedule,
        @Nullable Frame firstFrame, boolean teacher, @Nullable FlowSampling sampling, @Nullable GivenVideo given,
        @Nullable Continuation continuation) {
    /** Made at once, around no frames but the first. */
    public ResolvedRequest(
            String prompt, @Nullable String negative, long seed, int frames, int steps, double guidance, GuidanceSchedule schedule,
            @Nullable Frame firstFrame, boolean teacher, @Nullable FlowSampling sampling) {
        this(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, sampling, null, null);
    }

    public ResolvedRequest withSeed(long value) {
        return new ResolvedRequest(prompt, negative, value, frames, steps, guidance, schedule, firstFrame, teacher, sampling, given, continuation);
    }

    /** The same as a request, to change and resolve again. */
    public GenerateRequest request() {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, sampling, given, continuation);
    }
}
