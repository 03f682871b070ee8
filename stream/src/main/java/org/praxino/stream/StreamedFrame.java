package org.praxino.stream;

import org.praxino.media.Frame;

/**
 * A frame and its place in the stream.
 *
 * @param number from 0
 * @param block that it belongs to
 */
public record StreamedFrame(long number, long block, Frame frame) {}
