package org.praxino.stream.drift;

/**
 * How far a block is from the anchor, the first blocks after the last change of prompt or scene.
 *
 * @param sharpness mean brightness difference of neighbouring pixels, 0 to 1
 * @param saturation mean distance between the strongest and the weakest channel, 0 to 1
 * @param motion mean brightness difference of consecutive frames, 0 to 1
 * @param likeness share of the anchor's colours that are there, 1 for all
 * @param score the largest departure of the smoothed values from the anchor; at 1 sharpness or saturation has halved or doubled, motion
 *     has become a quarter or four times as much, or half of the colours are others; 0 while the anchor is being measured
 */
public record Drift(double sharpness, double saturation, double motion, double likeness, double score) {}
