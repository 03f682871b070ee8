package org.praxino.app;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.FlowSampling;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.media.Codec;
import org.praxino.stream.GenerateRequest;
import org.praxino.tensor.UserException;

/**
 * Options of {@code generate}. Null means the model's default.
 *
 * @param prompt what to show
 * @param negative negative prompt
 * @param model model and how to open it
 * @param outputs output files
 * @param sheet where to write a contact sheet
 * @param image first frame
 * @param schedule how the guidance weight varies with the noise level
 * @param seed null for a random one, which is printed
 * @param count number of clips, with consecutive seeds
 * @param teacher whether to use the bidirectional teacher
 * @param sampling solver and shift of a bidirectional Wan model
 * @param codec of MP4 and WebM files
 * @param quiet print output paths only
 * @param className class of a class-conditional model, which stands for the prompt, or null
 * @param around other given frames, and how a long clip goes on
 * @param upscale super-resolution model that doubles the clip, or null
 */
record GenerateOptions(
        String prompt,
        @Nullable String negative,
        ModelOpenOptions model,
        OutputNames outputs,
        @Nullable Path sheet,
        @Nullable Path image,
        @Nullable Long seed,
        @Nullable Integer steps,
        @Nullable Double guidance,
        GuidanceSchedule schedule,
        @Nullable Integer frames,
        @Nullable Double fps,
        int count,
        boolean teacher,
        @Nullable FlowSampling sampling,
        Codec codec,
        boolean quiet,
        @Nullable String className,
        GivenFramesOptions around,
        @Nullable String upscale) {
    private static final int MOST_ROWS = 500;

    /** Of a prompt, around no frames but the first. */
    GenerateOptions(
            String prompt, @Nullable String negative, ModelOpenOptions model, OutputNames outputs, @Nullable Path sheet, @Nullable Path image,
            @Nullable Long seed, @Nullable Integer steps, @Nullable Double guidance, GuidanceSchedule schedule, @Nullable Integer frames, @Nullable Double fps,
            int count, boolean teacher, @Nullable FlowSampling sampling, Codec codec, boolean quiet) {
        this(prompt, negative, model, outputs, sheet, image, seed, steps, guidance, schedule, frames, fps, count, teacher, sampling, codec, quiet, null,
                GivenFramesOptions.NONE, null);
    }

    GenerateOptions {
        prompt = checked("the prompt", prompt);
        negative = negative == null || negative.isBlank() ? null : checked("--negative", negative);
        if (steps != null && (steps < 1 || steps > 1000)) {
            throw new UserException("--steps " + steps + " is not possible: give a number from 1 to 1000");
        }
        if (guidance != null && !(guidance >= 0 && guidance <= 100)) {
            throw new UserException("--guidance " + guidance + " is not possible: give a number from 0 to 100");
        }
        if (fps != null && !(fps > 0 && fps <= 240)) {
            throw new UserException("--fps " + fps + " is not possible: give a number above 0, up to 240");
        }
        if (count < 1 || count > 10_000) {
            throw new UserException("--count " + count + " is not possible: give a number from 1 to 10000");
        }
        if (sheet != null && !sheet.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
            throw new UserException("--sheet " + sheet + " is not possible: a contact sheet is a .png");
        }
        if (sheet != null && count > MOST_ROWS) {
            throw new UserException("--count " + count + " is too many for --sheet: at most " + MOST_ROWS + " clips are shown on one");
        }
        if (frames != null) {
            FrameCounts.checked(frames);
        }
        if (outputs.isPiped() && count > 1) {
            throw new UserException("-o - writes one clip to standard output: it goes with --count 1 only");
        }
    }

    private static String checked(String what, String text) {
        String t = text.strip();
        if (t.isEmpty()) {
            throw new UserException(what + " is empty: say in a few words what the picture shows");
        }
        if (t.length() > GenerateRequest.MAX_CHARACTERS) {
            throw new UserException(what + " has " + t.length() + " characters: at most " + GenerateRequest.MAX_CHARACTERS + " are read");
        }
        return t;
    }
}
