package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.stream.drift.Drift;

/** What a session tells its listeners, in the order in which it happens. */
public sealed interface StreamEvent {
    /** The session does something else now. */
    record StateChanged(StreamState state) implements StreamEvent {}

    /** A cue or an update is in force. @param prompt in force from here on */
    record PromptApplied(Applied at, String prompt) implements StreamEvent {}

    /**
     * A block is ready to be taken.
     *
     * @param block its number
     * @param firstFrame number of its first frame
     * @param frames how many frames it has
     * @param makeMillis time of the denoising steps and the clean pass
     * @param decodeMillis time of decoding and measuring
     * @param drift how far it is from the anchor
     */
    record BlockDone(long block, long firstFrame, int frames, double makeMillis, double decodeMillis, Drift drift) implements StreamEvent {}

    /** The picture has drifted beyond the threshold. @param block where */
    record Drifted(long block, Drift drift) implements StreamEvent {}

    /** The past that is seen was replaced by the anchor. @param block from which on it acts */
    record Reanchored(long block) implements StreamEvent {}

    /** The source of a video to video stream has given nothing for a while; the stream waits for it. */
    record SourceStalled(double seconds) implements StreamEvent {}

    /**
     * The source of a video to video stream has ended, and the stream with it.
     *
     * @param frames it gave
     * @param problem one sentence when it broke off, or null when it was whole
     */
    record SourceEnded(long frames, @Nullable String problem) implements StreamEvent {}

    /** A cue could not be played, and the stream went on without it. @param reason one sentence */
    record CueFailed(Applied at, String reason) implements StreamEvent {}
}
