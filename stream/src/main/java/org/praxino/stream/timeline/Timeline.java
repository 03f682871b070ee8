package org.praxino.stream.timeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import org.praxino.io.model.ModelInfo;
import org.praxino.tensor.UserException;

/**
 * Everything that defines a stream. The same timeline with a seed gives the same frames from the library, the command line and a server, on
 * the same model and backend. See docs/timeline.md for the JSON format.
 *
 * @param cues ordered by time, the first at 0
 * @param seconds end of the stream, or null for an endless one
 * @param seed of all noise, or null for a random one
 * @param size expected of the model, or null for any
 * @param fps expected of the model, or null for any
 * @param video source for video to video, or null; resampled to the model's frame rate
 * @param strength video to video strength, above 0 up to 1; null for {@link #STRENGTH}
 * @param continuedClip a clip that the stream continues, or null; the first block sees about its last second
 */
public record Timeline(
        List<Cue> cues,
        @Nullable Double seconds,
        @Nullable Long seed,
        @Nullable Size size,
        @Nullable Double fps,
        @Nullable Path video,
        @Nullable Double strength,
        @Nullable Path continuedClip) {
    /** The default video to video strength. */
    public static final double STRENGTH = 0.6;

    /** The maximum number of cues. */
    public static final int MAX_CUES = 100_000;

    public Timeline {
        cues = List.copyOf(cues);
        if (cues.isEmpty()) {
            throw new UserException("a timeline needs a prompt: its list of prompts is empty");
        }
        if (cues.size() > MAX_CUES) {
            throw new UserException("a timeline has at most " + MAX_CUES + " prompts, not " + cues.size());
        }
        if (cues.getFirst().at() != 0) {
            throw new UserException("the first prompt is at " + cues.getFirst().at() + " s: a timeline begins at 0");
        }
        for (int i = 1; i < cues.size(); i++) {
            if (cues.get(i).at() <= cues.get(i - 1).at()) {
                throw new UserException("prompt " + (i + 1) + " is at " + cues.get(i).at() + " s, but the one before it at " + cues.get(i - 1).at()
                        + " s: times must rise");
            }
        }
        if (seconds != null && !(seconds > 0 && seconds <= Cue.MAX_SECONDS)) {
            throw new UserException("seconds=" + seconds + " is not possible: a stream lasts more than 0 and at most " + (long) Cue.MAX_SECONDS
                    + " s, or has no end");
        }
        if (fps != null && !(fps > 0 && fps <= 1000)) {
            throw new UserException("fps=" + fps + " is not possible: give a number above 0");
        }
        if (strength != null && !(strength > 0 && strength <= 1)) {
            throw new UserException("strength=" + strength + " is not possible: it lies above 0, nearly the source, and goes up to 1, all new");
        }
        if (video != null && cues.stream().anyMatch(c -> c.image() != null)) {
            throw new UserException("a timeline has a video or an image, not both");
        }
        if (continuedClip != null && (video != null || cues.getFirst().image() != null)) {
            throw new UserException("a timeline has a video, a clip to continue or an image, not several");
        }
    }

    /** An endless timeline of one prompt. */
    public static Timeline of(String prompt) {
        return new Timeline(List.of(new Cue(0, prompt)), null, null, null, null, null, null, null);
    }

    /** This timeline with a cue added; it replaces a cue at the same time. */
    public Timeline withCue(Cue cue) {
        var all = new ArrayList<>(cues);
        all.removeIf(c -> c.at() == cue.at());
        int place = 0;
        while (place < all.size() && all.get(place).at() < cue.at()) {
            place++;
        }
        all.add(place, cue);
        return withCues(all);
    }

    /** This timeline with a prompt added at {@code at} seconds. */
    public Timeline withPrompt(double at, String prompt, Transition transition) {
        return withCue(new Cue(at, prompt, transition));
    }

    public Timeline withCues(List<Cue> changed) {
        return new Timeline(changed, seconds, seed, size, fps, video, strength, continuedClip);
    }

    /** Begins with an image: image to video. */
    public Timeline withImage(@Nullable InputImage picture) {
        var all = new ArrayList<>(cues);
        Cue first = all.getFirst();
        all.set(0, new Cue(first.at(), first.prompt(), first.transition(), picture));
        return withCues(all);
    }

    public Timeline withSeconds(@Nullable Double value) {
        return new Timeline(cues, value, seed, size, fps, video, strength, continuedClip);
    }

    public Timeline withSeed(@Nullable Long value) {
        return new Timeline(cues, seconds, value, size, fps, video, strength, continuedClip);
    }

    public Timeline withSize(@Nullable Size value) {
        return new Timeline(cues, seconds, seed, value, fps, video, strength, continuedClip);
    }

    public Timeline withFps(@Nullable Double value) {
        return new Timeline(cues, seconds, seed, size, value, video, strength, continuedClip);
    }

    /** Uses a video file as source: video to video. @param strength null for {@link #STRENGTH} */
    public Timeline withVideo(@Nullable Path file, @Nullable Double strength) {
        return new Timeline(cues, seconds, seed, size, fps, file, strength, continuedClip);
    }

    /** Continues a clip. */
    public Timeline withContinuedClip(@Nullable Path clip) {
        return new Timeline(cues, seconds, seed, size, fps, video, strength, clip);
    }

    /** Checks size and frame rate against a model's. @param model its name, for the message */
    public void check(String model, ModelInfo.ClipSize modelSize) {
        if (size != null && (size.width() != modelSize.width() || size.height() != modelSize.height())) {
            throw new UserException("size " + size + " is not what model " + model + " makes: it makes " + modelSize.width() + "x" + modelSize.height());
        }
        if (fps != null && fps != modelSize.fps()) {
            throw new UserException("fps=" + fps + " is not what model " + model + " makes: it makes " + modelSize.fps() + " frames a second");
        }
    }

    /** Reads a JSON document. @throws UserException if it is invalid */
    public static Timeline read(Path file) {
        return TimelineJson.read(file);
    }

    /**
     * Parses a JSON document.
     *
     * @param where name of the text in errors
     * @param folder base of relative file names; null for an untrusted document, which may contain inline images but no file names
     */
    public static Timeline parse(String text, String where, @Nullable Path folder) {
        return TimelineJson.parse(text, where, folder);
    }

    /** The JSON document, with absolute file names. */
    public String toJson() {
        return TimelineJson.text(this, null);
    }

    /** Writes the JSON document. Files in its folder or below are written with relative names. */
    public void write(Path file) {
        AtomicFiles.writeString(file, TimelineJson.text(this, file.toAbsolutePath().normalize().getParent()));
    }
}
