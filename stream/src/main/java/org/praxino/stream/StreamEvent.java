package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.stream.drift.Drift;

/** Events of a session, in order. */
public sealed interface StreamEvent {
    /** The state changed. */
    record StateChanged(StreamState state) implements StreamEvent {}

    /** A cue or an update took effect. @param prompt active from here on */
    record PromptApplied(AppliedUpdate at, String prompt) implements StreamEvent {}

    /**
     * A block is ready to be read.
     *
     * @param block its number
     * @param firstFrame number of its first frame
     * @param frames how many frames it has
     * @param makeMillis time of the denoising steps and of writing the cache
     * @param decodeMillis time of decoding and measuring drift
     * @param drift distance from the anchor
     */
    record BlockDone(long block, long firstFrame, int frames, double makeMillis, double decodeMillis, Drift drift) implements StreamEvent {}

    /** The video has drifted beyond the threshold. @param block where */
    record Drifted(long block, Drift drift) implements StreamEvent {}

    /** The cache was rebuilt from the anchor. @param block from which this takes effect */
    record Reanchored(long block) implements StreamEvent {}

    /** A video to video stream has waited for its source for a while. */
    record SourceStalled(double seconds) implements StreamEvent {}

    /**
     * The source of a video to video stream ended, and so did the stream.
     *
     * @param frames it gave
     * @param error message if the source failed, or null
     */
    record SourceEnded(long frames, @Nullable String error) implements StreamEvent {}

    /** A cue failed, and the stream continued without it. @param reason message */
    record CueFailed(AppliedUpdate at, String reason) implements StreamEvent {}
}
