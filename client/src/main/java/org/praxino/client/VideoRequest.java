package org.praxino.client;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A video request. Everything but the prompt is optional; each setter returns a new request. */
public final class VideoRequest {
    private final Map<String, Object> fields;
    private final @Nullable Path picture;

    private VideoRequest(Map<String, Object> fields, @Nullable Path picture) {
        this.fields = fields;
        this.picture = picture;
    }

    public static VideoRequest of(String prompt) {
        return new VideoRequest(Map.of(), null).with("prompt", prompt);
    }

    /** Sets a field by its name on the wire, for those that have no method of their own. */
    public VideoRequest with(String name, Object value) {
        var all = new LinkedHashMap<>(fields);
        all.put(name, value);
        return new VideoRequest(all, picture);
    }

    public VideoRequest model(String name) {
        return with("model", name);
    }

    public VideoRequest negative(String prompt) {
        return with("negative_prompt", prompt);
    }

    public VideoRequest seed(long seed) {
        return with("seed", seed);
    }

    public VideoRequest seconds(double seconds) {
        return with("seconds", String.valueOf(seconds));
    }

    /** @param count 1 + 4k; of an extension, a multiple of 4 to add */
    public VideoRequest frames(int count) {
        return with("num_frames", count);
    }

    public VideoRequest steps(int count) {
        return with("num_inference_steps", count);
    }

    public VideoRequest guidance(double weight) {
        return with("guidance_scale", weight);
    }

    /** @param format mp4, webm, gif, webp, apng or png */
    public VideoRequest format(String format) {
        return with("format", format);
    }

    /** Marks every frame visibly as generated. */
    public VideoRequest badge() {
        return with("badge", true);
    }

    /** The first frame. */
    public VideoRequest firstFrame(Path file) {
        return new VideoRequest(fields, file);
    }

    /** Where the server is to send news of it. */
    public VideoRequest webhook(String url) {
        return with("webhook", Map.of("url", url));
    }

    Map<String, Object> fields() {
        return fields;
    }

    @Nullable Path picture() {
        return picture;
    }
}
