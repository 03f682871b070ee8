package org.praxino.stream;

/**
 * The block and frame at which an update took effect.
 *
 * @param block first block changed
 * @param frame first frame of that block, counted from 0; after a rewind, the frame shown next
 * @param seconds playback time of that frame
 */
public record AppliedUpdate(long block, long frame, double seconds) {}
