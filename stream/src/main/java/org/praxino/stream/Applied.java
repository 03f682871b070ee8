package org.praxino.stream;

/**
 * Where an update acted.
 *
 * @param block first block that it changed
 * @param frame first frame of that block, counted from 0; for a move to another place, the frame that is shown next
 * @param seconds playing time of that frame
 */
public record Applied(long block, long frame, double seconds) {}
