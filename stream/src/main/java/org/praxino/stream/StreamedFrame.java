package org.praxino.stream;

import org.praxino.media.Frame;

/**
 * A frame and its position in the stream.
 *
 * @param number from 0
 * @param block that it belongs to
 * @param last whether it is the last frame of its block
 */
public record StreamedFrame(long number, long block, Frame frame, boolean last) {}
