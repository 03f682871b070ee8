package org.praxino.stream;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.FlowSampling;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.media.Frame;
import org.praxino.stream.timeline.Cue;
import org.praxino.tensor.UserException;

/**
 * What to generate.
 *
 * @param prompt what to show, in English
 * @param negative negative prompt, or null
 * @param seed the same seed gives the same frames on the same backend; null picks one at random
 * @param frames video frames, 1 + 4k; null for the model's default; 1 generates an image
 * @param steps sampling steps; null for the model's default
 * @param guidance classifier-free guidance weight, 1 for none; null for the model's default
 * @param schedule how the guidance weight varies with the noise level
 * @param firstFrame image to start from, or null
 * @param teacher whether to use the bidirectional teacher; the default is the faster student, if the model has one
 * @param sampling solver and shift for Wan's bidirectional models; null for the model's default
 * @param given frames that the clip is made around, other than {@code firstFrame}, or null
 * @param continuation how a clip that is longer than the model's own is made piece by piece; null to make it at once
 */
public record GenerateRequest(
        String prompt,
        @Nullable String negative,
        @Nullable Long seed,
        @Nullable Integer frames,
        @Nullable Integer steps,
        @Nullable Double guidance,
        GuidanceSchedule schedule,
        @Nullable Frame firstFrame,
        boolean teacher,
        @Nullable FlowSampling sampling,
        @Nullable GivenVideo given,
        @Nullable Continuation continuation) {
    /** Longest prompt in characters; the text encoder has a limit in tokens of its own. */
    public static final int MAX_CHARACTERS = Cue.MAX_CHARACTERS;

    public GenerateRequest {
        if (Cue.isEmpty(prompt)) {
            throw new UserException("the prompt is empty: say what to show, for example \"a ferris wheel spinning\"");
        }
        Cue.checkCharacters("the prompt", prompt);
        if (steps != null && (steps < 1 || steps > 1000)) {
            throw new UserException("steps=" + steps + " must lie between 1 and 1000");
        }
        if (guidance != null && !(guidance >= 0 && guidance <= 100)) {
            throw new UserException("guidance=" + guidance + " must lie between 0 and 100");
        }
        if (given != null && (firstFrame != null || continuation != null)) {
            throw new UserException("a clip is made around a first frame, around other given frames, or piece by piece: give one of them");
        }
    }

    /** Made at once, around no frames but the first. */
    public GenerateRequest(
            String prompt, @Nullable String negative, @Nullable Long seed, @Nullable Integer frames, @Nullable Integer steps,
            @Nullable Double guidance, GuidanceSchedule schedule, @Nullable Frame firstFrame, boolean teacher, @Nullable FlowSampling sampling) {
        this(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, sampling, null, null);
    }

    /** With the model's default sampler. */
    public GenerateRequest(
            String prompt, @Nullable String negative, @Nullable Long seed, @Nullable Integer frames, @Nullable Integer steps,
            @Nullable Double guidance, GuidanceSchedule schedule, @Nullable Frame firstFrame, boolean teacher) {
        this(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, null);
    }

    public static GenerateRequest of(String prompt) {
        return new GenerateRequest(prompt, null, null, null, null, null, new GuidanceSchedule.Constant(), null, false, null);
    }

    public GenerateRequest withNegative(@Nullable String text) {
        return new GenerateRequest(prompt, text, seed, frames, steps, guidance, schedule, firstFrame, teacher, sampling, given, continuation);
    }

    public GenerateRequest withSeed(long value) {
        return new GenerateRequest(prompt, negative, value, frames, steps, guidance, schedule, firstFrame, teacher, sampling, given, continuation);
    }

    public GenerateRequest withFrames(int count) {
        return new GenerateRequest(prompt, negative, seed, count, steps, guidance, schedule, firstFrame, teacher, sampling, given, continuation);
    }

    public GenerateRequest withSteps(int count) {
        return new GenerateRequest(prompt, negative, seed, frames, count, guidance, schedule, firstFrame, teacher, sampling, given, continuation);
    }

    public GenerateRequest withGuidance(double weight) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, weight, schedule, firstFrame, teacher, sampling, given, continuation);
    }

    public GenerateRequest withSchedule(GuidanceSchedule chosen) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, chosen, firstFrame, teacher, sampling, given, continuation);
    }

    public GenerateRequest withFirstFrame(@Nullable Frame picture) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, schedule, picture, teacher, sampling, given, continuation);
    }

    public GenerateRequest withTeacher(boolean asked) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, asked, sampling, given, continuation);
    }

    public GenerateRequest withSampling(@Nullable FlowSampling chosen) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, chosen, given, continuation);
    }

    public GenerateRequest withGiven(@Nullable GivenVideo around) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, sampling, around, continuation);
    }

    public GenerateRequest withContinuation(@Nullable Continuation pieces) {
        return new GenerateRequest(prompt, negative, seed, frames, steps, guidance, schedule, firstFrame, teacher, sampling, given, pieces);
    }

    /** The seed, or a random one. */
    public long seedOrRandom() {
        return seed != null ? seed : new Random().nextInt(Integer.MAX_VALUE);
    }
}
