package org.praxino.stream.timeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import org.praxino.io.model.ModelInfo;
import org.praxino.tensor.UserException;

/**
 * Everything a stream is made from. The same timeline with a seed gives the same frames from the library, the command line and a
 * server, on the same model and backend. See docs/timeline.md for the document.
 *
 * @param cues in rising order of their times, the first at 0
 * @param seconds where the stream ends, or null for one without end
 * @param seed of all noise, or null to draw one
 * @param size that the model must make, or null for the model's
 * @param fps that the model must make, or null for the model's
 * @param video source of a video to video stream, or null; its frames are read at the model's rate
 * @param strength how much of the source is replaced, above 0 up to 1; null for {@link #STRENGTH}
 * @param past a clip that the stream goes on from, or null; its last second or so is what the first block sees
 */
public record Timeline(
        List<Cue> cues,
        @Nullable Double seconds,
        @Nullable Long seed,
        @Nullable Size size,
        @Nullable Double fps,
        @Nullable Path video,
        @Nullable Double strength,
        @Nullable Path past) {
    /** Strength of a video to video stream that names none. */
    public static final double STRENGTH = 0.6;

    /** The most cues of one timeline. */
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
            throw new UserException("a timeline has a video to start from or an image, not both");
        }
        if (past != null && (video != null || cues.getFirst().image() != null)) {
            throw new UserException("a timeline continues a clip, follows a video or begins with an image: one of the three");
        }
    }

    /** One prompt for ever. */
    public static Timeline of(String prompt) {
        return new Timeline(List.of(new Cue(0, prompt)), null, null, null, null, null, null, null);
    }

    /** This timeline with one more cue, in its place; a cue of the very same time gives way to it. */
    public Timeline with(Cue cue) {
        var all = new ArrayList<>(cues);
        all.removeIf(c -> c.at() == cue.at());
        int place = 0;
        while (place < all.size() && all.get(place).at() < cue.at()) {
            place++;
        }
        all.add(place, cue);
        return withCues(all);
    }

    /** This timeline with a prompt {@code at} seconds. */
    public Timeline then(double at, String prompt, Transition transition) {
        return with(new Cue(at, prompt, transition));
    }

    public Timeline withCues(List<Cue> changed) {
        return new Timeline(changed, seconds, seed, size, fps, video, strength, past);
    }

    /** Begins with a picture: image to video. */
    public Timeline withImage(@Nullable Picture picture) {
        var all = new ArrayList<>(cues);
        Cue first = all.getFirst();
        all.set(0, new Cue(first.at(), first.prompt(), first.transition(), picture));
        return withCues(all);
    }

    public Timeline withSeconds(@Nullable Double value) {
        return new Timeline(cues, value, seed, size, fps, video, strength, past);
    }

    public Timeline withSeed(@Nullable Long value) {
        return new Timeline(cues, seconds, value, size, fps, video, strength, past);
    }

    public Timeline withSize(@Nullable Size value) {
        return new Timeline(cues, seconds, seed, value, fps, video, strength, past);
    }

    public Timeline withFps(@Nullable Double value) {
        return new Timeline(cues, seconds, seed, size, value, video, strength, past);
    }

    /** Follows a video file. @param strength null for {@link #STRENGTH} */
    public Timeline withVideo(@Nullable Path file, @Nullable Double strength) {
        return new Timeline(cues, seconds, seed, size, fps, file, strength, past);
    }

    /** Goes on from a clip. */
    public Timeline withPast(@Nullable Path clip) {
        return new Timeline(cues, seconds, seed, size, fps, video, strength, clip);
    }

    /** Refuses what a model cannot make. @param model its name, for the sentence */
    public void check(String model, ModelInfo.Size makes) {
        if (size != null && (size.width() != makes.width() || size.height() != makes.height())) {
            throw new UserException("size " + size + " is not what model " + model + " makes: it makes " + makes.width() + "x" + makes.height());
        }
        if (fps != null && fps != makes.fps()) {
            throw new UserException("fps=" + fps + " is not what model " + model + " makes: it makes " + makes.fps() + " frames a second");
        }
    }

    /** Reads a document. @throws UserException one sentence for anything that is wrong with it */
    public static Timeline read(Path file) {
        return TimelineJson.read(file);
    }

    /**
     * Reads a document from text.
     *
     * @param where what to call the text in an error
     * @param folder that relative file names start from; null for a document from elsewhere, which may carry pictures but name no files
     */
    public static Timeline parse(String text, String where, @Nullable Path folder) {
        return TimelineJson.parse(text, where, folder);
    }

    /** The document; file names are absolute in it. */
    public String toJson() {
        return TimelineJson.text(this, null);
    }

    /** Writes the document; names of files beside it or below are written relative to it. */
    public void write(Path file) {
        AtomicFiles.writeString(file, TimelineJson.text(this, file.toAbsolutePath().normalize().getParent()));
    }
}
