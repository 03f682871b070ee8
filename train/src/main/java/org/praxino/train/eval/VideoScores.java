package org.praxino.train.eval;

import org.jspecify.annotations.Nullable;

/**
 * Scores of one set of clips against the real ones; docs/metrics.md defines each.
 *
 * @param clips how many
 * @param fdMobileNetV2 Fréchet distance of frame features
 * @param fdMobileNetV2Motion Fréchet distance of the differences of neighbouring frames' features
 * @param firstPlace share whose nearest real clip has the right name
 * @param firstFive share with the right name among the five nearest real clips
 * @param firstPlaceFolded as {@code firstPlace} with genders folded: "man running" and "woman running" are one name
 * @param firstFiveFolded as {@code firstFive} with genders folded
 * @param motionEnergy mean absolute frame difference, in steps of 255
 * @param motionRatio motion energy divided by that of the real clips of the same prompts
 * @param fvd Fréchet video distance by I3D, when its network was given
 */
public record VideoScores(
        int clips, double fdMobileNetV2, double fdMobileNetV2Motion, double firstPlace, double firstFive,
        double firstPlaceFolded, double firstFiveFolded, double motionEnergy, double motionRatio, @Nullable Double fvd) {}
