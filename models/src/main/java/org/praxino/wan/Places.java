package org.praxino.wan;

/** How latent frames of a stream are counted for the rotary positions. */
public enum Places {
    /** Among the frames that are still held, from 0: a stream never leaves the range that the network was trained on. */
    HELD,
    /** From the stream's first frame, as in Self-Forcing's own program: the same as long as nothing has been forgotten. */
    STREAM
}
