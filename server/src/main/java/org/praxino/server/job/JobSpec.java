package org.praxino.server.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job generates, with all defaults filled in, so that it is reproducible after a restart.
 *
 * @param task kind of job
 * @param model name of the model
 * @param prompt what to show
 * @param negative negative prompt, or null
 * @param seed of all noise
 * @param frames to generate; for an extension, frames to add
 * @param steps of sampling
 * @param guidance weight
 * @param width in pixels
 * @param height in pixels
 * @param fps playback frame rate
 * @param format of the file
 * @param given frames of the clip to extend; 0 for other tasks
 * @param picture whether the job's folder holds a first frame
 * @param teacher whether to use the teacher where the model has a student
 * @param hook webhook, or null
 * @param timeline timeline JSON with its seed, or null for a single-prompt clip
 * @param badge whether every frame gets a visible badge
 * @param askedFrames {@code num_frames} of the request if it was rounded, or null
 */
public record JobSpec(
        Task task,
        String model,
        String prompt,
        @Nullable String negative,
        long seed,
        int frames,
        int steps,
        double guidance,
        int width,
        int height,
        double fps,
        Format format,
        int given,
        boolean picture,
        boolean teacher,
        @Nullable Webhook hook,
        @Nullable String timeline,
        boolean badge,
        @Nullable Integer askedFrames) {
    /** Kinds of jobs. */
    public enum Task {
        GENERATE,
        EDIT,
        EXTEND,
        /** A single image. */
        IMAGE
    }

    /** Output file formats. */
    public enum Format {
        MP4("video/mp4"),
        WEBM("video/webm"),
        GIF("image/gif"),
        WEBP("image/webp"),
        APNG("image/apng"),
        PNG("image/png");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        public String mediaType() {
            return mediaType;
        }

        /** File name extension. */
        public String extension() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Webhook of a job.
     *
     * @param url http or https
     * @param events which of {@code video.completed}, {@code video.failed}, {@code video.cancelled}
     */
    public record Webhook(String url, List<String> events) {
        public Webhook {
            events = List.copyOf(events);
        }
    }

    /** Frames of the finished clip. */
    public int allFrames() {
        return given + frames;
    }

    /** Duration of the finished clip. */
    public double seconds() {
        return allFrames() / fps;
    }
}
