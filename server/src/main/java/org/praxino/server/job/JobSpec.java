package org.praxino.server.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job is to make, with every default filled in, so that it makes the same after a restart.
 *
 * @param task what is done
 * @param model name of the model
 * @param prompt what to show
 * @param negative what to lead away from, or null
 * @param seed of all noise
 * @param frames to make; of an extension, those that are added
 * @param steps of sampling
 * @param guidance weight
 * @param width in pixels
 * @param height in pixels
 * @param fps frames a second to play at
 * @param format of the file
 * @param given frames of the clip that is extended; 0 for other tasks
 * @param picture whether the job's folder holds a first frame
 * @param teacher whether the many-step teacher makes it where there is a student too
 * @param hook whom to tell, or null
 * @param timeline document of a stream that is made to its end, with its seed, or null for one clip of one prompt
 * @param badge whether every frame is marked visibly as generated
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
        @Nullable Hook hook,
        @Nullable String timeline,
        boolean badge) {
    /** What is done. */
    public enum Task {
        GENERATE,
        EDIT,
        EXTEND,
        /** One picture, asked for as a picture. */
        IMAGE
    }

    /** Files that can be asked for. */
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

        /** As in a file's name. */
        public String ending() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Where to send news of the job.
     *
     * @param url http or https
     * @param events which of {@code video.completed}, {@code video.failed}, {@code video.cancelled}
     */
    public record Hook(String url, List<String> events) {
        public Hook {
            events = List.copyOf(events);
        }
    }

    /** Frames of the finished clip. */
    public int allFrames() {
        return given + frames;
    }

    /** Seconds that the finished clip plays. */
    public double seconds() {
        return allFrames() / fps;
    }
}
