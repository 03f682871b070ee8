package org.praxino.client;

import org.jspecify.annotations.Nullable;

/**
 * The state of a video job. Times are seconds since 1970.
 *
 * @param status {@code queued}, {@code in_progress}, {@code completed}, {@code failed} or {@code cancelled}
 * @param progress 0 to 100
 * @param queuePosition from 1; null if not queued
 * @param seconds duration of the clip, not rounded
 * @param size {@code WxH}
 * @param error what went wrong, or null
 */
public record Video(
        String id,
        String model,
        String status,
        int progress,
        @Nullable Integer queuePosition,
        String prompt,
        long seed,
        int frames,
        double seconds,
        String size,
        long created,
        @Nullable Long completed,
        @Nullable Long expires,
        @Nullable VideoError error) {
    /** A word for programs and a sentence for people. */
    public record VideoError(String code, String message) {}

    /** Nothing more happens to it. */
    public boolean ended() {
        return isCompleted() || status.equals("failed") || status.equals("cancelled");
    }

    public boolean isCompleted() {
        return status.equals("completed");
    }
}
