package org.praxino.stream.drift;

/**
 * How far a block is from the anchor: the first blocks after the last prompt or scene change.
 *
 * @param sharpness mean luma difference of neighbouring pixels, 0 to 1
 * @param saturation mean difference between the largest and smallest channel, 0 to 1
 * @param motion mean luma difference of consecutive frames, 0 to 1
 * @param colourSimilarity histogram intersection with the anchor, 1 for equal
 * @param score the largest deviation of the smoothed values from the anchor; 1 means sharpness or saturation halved or doubled, motion
 *     changed by a factor of four, or half of the colours differ; 0 while the anchor is being measured
 */
public record Drift(double sharpness, double saturation, double motion, double colourSimilarity, double score) {}
