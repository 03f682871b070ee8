package org.praxino.server.http;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.server.hook.AddressGuard;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/**
 * What a client asked for, as far as that can be told without the model.
 *
 * @param picture to begin with, or null
 * @param video what to edit or extend, or null
 */
record Want(
        JobSpec.Task task,
        @Nullable String model,
        String prompt,
        @Nullable String negative,
        Numbers numbers,
        @Nullable String size,
        JobSpec.Format format,
        @Nullable Upload picture,
        @Nullable Source video,
        JobSpec.@Nullable Hook hook,
        @Nullable Timeline timeline,
        @Nullable Integer blockFrames,
        boolean badge) {
    /** Null is the model's own. */
    record Numbers(@Nullable Double seconds, @Nullable Integer frames, @Nullable Double fps, @Nullable Long seed, @Nullable Integer steps,
            @Nullable Double guidance, @Nullable Boolean teacher) {}

    /** A clip to go on from. */
    sealed interface Source {
        record File(Upload upload) implements Source {}

        record Video(String id) implements Source {}
    }

    private static final List<String> EVENTS = List.of("video.completed", "video.failed", "video.cancelled");
    private static final int LONGEST_URL = 2000;

    static Want create(Fields f, AddressGuard guard) {
        Upload picture = picture(f);
        Timeline timeline = timeline(f);
        if (timeline != null) {
            for (String name : List.of("prompt", "negative_prompt", "input_reference", "seconds", "num_frames", "seed", "num_inference_steps",
                    "guidance_scale", "teacher")) {
                f.refuse(name, "the timeline says that, or the student that plays it: leave it out");
            }
        }
        return rest(f, JobSpec.Task.GENERATE, picture, null, timeline, guard);
    }

    static Want edit(Fields f, AddressGuard guard) {
        return rest(f, JobSpec.Task.EDIT, null, source(f), null, guard);
    }

    /** The older way to say edit: the video is named by the path. */
    static Want remix(Fields f, String id, AddressGuard guard) {
        return rest(f, JobSpec.Task.EDIT, null, new Source.Video(id), null, guard);
    }

    static Want extend(Fields f, AddressGuard guard) {
        return rest(f, JobSpec.Task.EXTEND, null, source(f), null, guard);
    }

    private static @Nullable Timeline timeline(Fields f) {
        String document = f.document("timeline");
        if (document == null) {
            return null;
        }
        try {
            Timeline timeline = Timeline.parse(document, "timeline", null);
            if (timeline.seconds() == null) {
                throw ApiError.invalid("invalid_value", "a job has an end: give the timeline seconds", "timeline.seconds");
            }
            return timeline;
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), "timeline");
        }
    }

    /** All that is to be shown, in words. */
    List<String> prompts() {
        return timeline == null ? List.of(prompt) : timeline.cues().stream().map(Cue::prompt).distinct().toList();
    }

    private static Want rest(
            Fields f, JobSpec.Task task, @Nullable Upload picture, @Nullable Source video, @Nullable Timeline timeline, AddressGuard guard) {
        String prompt = timeline == null ? f.needText("prompt") : timeline.cues().getFirst().prompt();
        var numbers = new Numbers(f.numberOrText("seconds"), f.whole("num_frames", 1, 100_000), f.number("fps"), f.whole("seed"),
                f.whole("num_inference_steps", 1, 1000), f.number("guidance_scale"), f.flag("teacher"));
        if (numbers.seconds != null && numbers.frames != null) {
            throw ApiError.invalid("invalid_value", "seconds and num_frames say the same: give one of them", "num_frames");
        }
        if (numbers.fps != null && !(numbers.fps > 0 && numbers.fps <= 60)) {
            throw ApiError.invalid("invalid_value", "fps must lie above 0 and not above 60, not be " + numbers.fps, "fps");
        }
        if (numbers.seconds != null && !(numbers.seconds > 0 && numbers.seconds <= 3600)) {
            throw ApiError.invalid("invalid_value", "seconds must lie above 0 and not above 3600, not be " + numbers.seconds, "seconds");
        }
        var want = new Want(task, f.text("model"), prompt, f.text("negative_prompt"), numbers, f.text("size"), format(f.text("format")), picture, video,
                hook(f, guard), timeline, f.whole("block_frames", 1, 100_000), Boolean.TRUE.equals(f.flag("badge")));
        f.refuse("kv", "how far a model looks back is its own: leave it out");
        if (task != JobSpec.Task.GENERATE) {
            f.refuse("timeline", "only new videos are made from a timeline: leave it out");
        }
        f.refuse("lora", "there are no adapters for these models: leave it out");
        Fields extra = f.object("extra_params");
        if (extra != null) {
            extra.refuseRest();
        }
        f.refuseRest();
        return want;
    }

    private static JobSpec.Format format(@Nullable String text) {
        if (text == null) {
            return JobSpec.Format.MP4;
        }
        for (var format : JobSpec.Format.values()) {
            if (format.ending().equals(text.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw ApiError.invalid("invalid_value", "format must be mp4, webm, gif, webp, apng or png, not \"" + text + "\"", "format");
    }

    private static @Nullable Upload picture(Fields f) {
        Upload file = f.file("input_reference");
        if (file != null) {
            return file;
        }
        Fields object = f.object("input_reference");
        if (object == null) {
            return null;
        }
        object.refuse("file_id", "this server keeps no files apart from videos: send the picture itself");
        String url = object.needText("image_url");
        object.refuseRest();
        if (!url.startsWith("data:")) {
            throw ApiError.invalid("not_supported", "the server fetches nothing: send the picture as a file or as a data: URL", "input_reference.image_url");
        }
        int comma = url.indexOf(',');
        try {
            if (comma > 0 && url.substring(0, comma).endsWith(";base64")) {
                return new Upload(Base64.getMimeDecoder().decode(url.substring(comma + 1)));
            }
        } catch (IllegalArgumentException e) {
            // the same sentence
        }
        throw ApiError.invalid("invalid_value", "the data: URL must hold a picture in base64", "input_reference.image_url");
    }

    private static Source source(Fields f) {
        Upload file = f.file("video");
        if (file != null) {
            return new Source.File(file);
        }
        Fields object = f.object("video");
        if (object == null) {
            throw ApiError.invalid("missing_field", "the field video is missing: a file, or an object with the id of a video", "video");
        }
        String id = object.needText("id");
        object.refuseRest();
        return new Source.Video(id);
    }

    private static JobSpec.@Nullable Hook hook(Fields f, AddressGuard guard) {
        Fields object = f.object("webhook");
        if (object == null) {
            return null;
        }
        String url = object.needText("url");
        List<String> events = object.texts("events");
        object.refuseRest();
        if (url.length() > LONGEST_URL) {
            throw ApiError.invalid("invalid_value", "the webhook's URL has " + url.length() + " characters: the most is " + LONGEST_URL, "webhook.url");
        }
        try {
            guard.check(url);
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), "webhook.url");
        }
        for (String event : events == null ? EVENTS : events) {
            if (!EVENTS.contains(event)) {
                throw ApiError.invalid("invalid_value", "webhook.events may hold " + String.join(", ", EVENTS) + ", not \"" + event + "\"", "webhook.events");
            }
        }
        return new JobSpec.Hook(url, events == null ? EVENTS : events);
    }
}
