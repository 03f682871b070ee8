package org.praxino.train.data;

/**
 * A clip with its caption.
 *
 * @param rgb [frames, height, width, 3], 8 bits a channel
 * @param frames number of frames
 * @param height in pixels
 * @param width in pixels
 * @param caption what is seen
 * @param name published name of the thing in it, of the first one when there are two
 * @param heldOut true when something in it is held out from training
 */
public record Sample(byte[] rgb, int frames, int height, int width, String caption, String name, boolean heldOut) {}
