package org.praxino.server.http;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.server.job.JobSpec;
import org.praxino.server.outbound.PictureFetcher;
import org.praxino.server.outbound.SsrfGuard;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/**
 * The parameters of a video request, before defaults of the model are applied.
 *
 * @param firstFrame first frame, or null
 * @param video to edit or extend, or null
 */
record VideoParameters(
        JobSpec.Task task,
        @Nullable String model,
        String prompt,
        @Nullable String negative,
        SamplingParameters sampling,
        @Nullable String size,
        JobSpec.Format format,
        @Nullable Upload firstFrame,
        @Nullable Source video,
        JobSpec.@Nullable Webhook webhook,
        @Nullable Timeline timeline,
        @Nullable Integer blockFrames,
        boolean badge) {
    /**
     * Null means the model's default.
     *
     * @param roundFrames whether {@code frames} goes to the nearest possible number
     */
    record SamplingParameters(@Nullable Double seconds, @Nullable Integer frames, @Nullable Double fps, @Nullable Long seed, @Nullable Integer steps,
            @Nullable Double guidance, @Nullable Boolean teacher, boolean roundFrames) {}

    /** A clip to edit or extend. */
    sealed interface Source {
        record UploadedFile(Upload upload) implements Source {}

        record StoredVideo(String id) implements Source {}
    }

    private static final List<String> EVENTS = List.of("video.completed", "video.failed", "video.cancelled");
    private static final int MAX_URL_CHARACTERS = 2000;
    private static final double MIN_FPS = 0.1;

    static VideoParameters create(RequestBody f, SsrfGuard guard, PictureFetcher pictures) {
        PictureField firstFrame = PictureField.firstFrame(f);
        Timeline timeline = timeline(f);
        if (timeline != null) {
            for (String name : List.of("prompt", "negative_prompt", "input_reference", "image_reference", "seconds", "num_frames", "seed", "num_inference_steps",
                    "guidance_scale", "teacher")) {
                f.rejectUnsupported(name, "the timeline says that, or the student that plays it: leave it out");
            }
        }
        VideoParameters all = read(f, JobSpec.Task.GENERATE, null, timeline, guard);
        return firstFrame == null ? all : all.withFirstFrame(firstFrame.load(pictures)); // last: what is refused anyway fetches nothing
    }

    private VideoParameters withFirstFrame(Upload picture) {
        return new VideoParameters(task, model, prompt, negative, sampling, size, format, picture, video, webhook, timeline, blockFrames, badge);
    }

    static VideoParameters edit(RequestBody f, SsrfGuard guard) {
        return read(f, JobSpec.Task.EDIT, source(f), null, guard);
    }

    /** The older form of an edit, with the video in the path. */
    static VideoParameters remix(RequestBody f, String id, SsrfGuard guard) {
        return read(f, JobSpec.Task.EDIT, new Source.StoredVideo(id), null, guard);
    }

    static VideoParameters extend(RequestBody f, SsrfGuard guard) {
        return read(f, JobSpec.Task.EXTEND, source(f), null, guard);
    }

    private static @Nullable Timeline timeline(RequestBody f) {
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

    /** All prompts of the request. */
    List<String> prompts() {
        return timeline == null ? List.of(prompt) : timeline.cues().stream().map(Cue::prompt).distinct().toList();
    }

    private static VideoParameters read(
            RequestBody f, JobSpec.Task task, @Nullable Source video, @Nullable Timeline timeline, SsrfGuard guard) {
        String prompt = timeline == null ? f.requiredText("prompt") : timeline.cues().getFirst().prompt();
        var sampling = new SamplingParameters(f.numberOrText("seconds"), f.integer("num_frames", 1, 100_000), f.number("fps"), f.integer("seed"),
                f.integer("num_inference_steps", 1, 1000), f.number("guidance_scale"), f.flag("teacher"), Boolean.TRUE.equals(f.flag("round_num_frames")));
        if (sampling.seconds != null && sampling.frames != null) {
            throw ApiError.invalid("invalid_value", "seconds and num_frames say the same: give one of them", "num_frames");
        }
        if (sampling.fps != null && !(sampling.fps >= MIN_FPS && sampling.fps <= 60)) {
            throw ApiError.invalid("invalid_value", "fps must lie between " + MIN_FPS + " and 60, not be " + sampling.fps, "fps");
        }
        if (sampling.seconds != null && !(sampling.seconds > 0 && sampling.seconds <= 3600)) {
            throw ApiError.invalid("invalid_value", "seconds must lie above 0 and not above 3600, not be " + sampling.seconds, "seconds");
        }
        var parameters = new VideoParameters(task, f.text("model"), prompt, negative(f), sampling, size(f),
                format(f.text("format")), null, video,
                webhook(f, guard), timeline, f.integer("block_frames", 1, 100_000), Boolean.TRUE.equals(f.flag("badge")));
        f.rejectUnsupported("kv", "the attention window is the model's own: leave it out");
        if (task != JobSpec.Task.GENERATE) {
            f.rejectUnsupported("timeline", "only new videos are made from a timeline: leave it out");
        }
        f.rejectUnsupported("lora", "there are no adapters for these models: leave it out");
        ignoreHarmless(f);
        RequestBody extra = f.objectOrText("extra_params");
        if (extra != null) {
            extra.rejectUnknown();
        }
        f.rejectUnknown();
        return parameters;
    }

    static @Nullable String negative(RequestBody f) {
        String text = f.text("negative_prompt");
        if (text != null && text.length() > GenerateRequest.MAX_CHARACTERS) {
            throw ApiError.invalid("invalid_value", "the negative prompt has " + text.length() + " characters: the limit is "
                    + GenerateRequest.MAX_CHARACTERS, "negative_prompt");
        }
        return text;
    }

    /** {@code size}, or {@code width} and {@code height}; null for the model's own. */
    static @Nullable String size(RequestBody f) {
        String size = f.text("size");
        boolean own = size == null || size.isBlank() || size.equals("auto");
        Integer width = f.integer("width", 1, 100_000);
        Integer height = f.integer("height", 1, 100_000);
        if (width == null && height == null) {
            return own ? null : size;
        }
        if (width == null || height == null) {
            throw ApiError.invalid("missing_field", "width and height are given together", width == null ? "width" : "height");
        }
        String both = width + "x" + height;
        if (!own && !both.equals(size)) {
            throw ApiError.invalid("invalid_value", "size says " + size + ", width and height say " + both + ": give one of them", "size");
        }
        return both;
    }

    /** Fields that other servers take and that change nothing here. */
    static void ignoreHarmless(RequestBody f) {
        Integer n = f.integer("n", 1, 1_000_000);
        if (n != null && n != 1) {
            throw ApiError.invalid("not_supported", "n must be 1, not " + n + ": send a request for each video", "n");
        }
        f.text("user");
        only(f, "quality", List.of("auto", "standard", "medium"), "there is one quality");
        only(f, "generator_device", List.of("cpu", "cuda", "gpu"), "noise is drawn the same way everywhere");
    }

    static void only(RequestBody f, String name, List<String> harmless, String reason) {
        String text = f.text(name);
        if (text != null && !text.isBlank() && !harmless.contains(text)) {
            throw ApiError.invalid("not_supported", name + " may be " + String.join(", ", harmless) + ", not \"" + text + "\": " + reason, name);
        }
    }

    private static JobSpec.Format format(@Nullable String text) {
        if (text == null) {
            return JobSpec.Format.MP4;
        }
        for (var format : JobSpec.Format.values()) {
            if (format.extension().equals(text.toLowerCase(Locale.ROOT))) {
                return format;
            }
        }
        throw ApiError.invalid("invalid_value", "format must be mp4, webm, gif, webp, apng or png, not \"" + text + "\"", "format");
    }

    private static Source source(RequestBody f) {
        Upload file = f.file("video");
        if (file != null) {
            return new Source.UploadedFile(file);
        }
        RequestBody object = f.object("video");
        if (object == null) {
            throw ApiError.invalid("missing_field", "the field video is missing: a file, or an object with the id of a video", "video");
        }
        String id = object.requiredText("id");
        object.rejectUnknown();
        return new Source.StoredVideo(id);
    }

    private static JobSpec.@Nullable Webhook webhook(RequestBody f, SsrfGuard guard) {
        RequestBody object = f.object("webhook");
        if (object == null) {
            return null;
        }
        String url = object.requiredText("url");
        List<String> events = object.texts("events");
        object.rejectUnknown();
        if (url.length() > MAX_URL_CHARACTERS) {
            throw ApiError.invalid("invalid_value", "the webhook's URL has " + url.length() + " characters: the limit is "
                    + MAX_URL_CHARACTERS, "webhook.url");
        }
        try {
            guard.check(url);
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), "webhook.url");
        }
        for (String event : events == null ? EVENTS : events) {
            if (!EVENTS.contains(event)) {
                throw ApiError.invalid("invalid_value", "webhook.events may hold " + String.join(", ", EVENTS) + ", not \"" + event + "\"",
                        "webhook.events");
            }
        }
        return new JobSpec.Webhook(url, events == null ? EVENTS : events.stream().distinct().toList());
    }
}
