package org.praxino.train.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of an evaluation, as written to JSON.
 *
 * @param features network that the features are from
 * @param data digest of the real pixels
 * @param split of the prompts and of the real clips they are compared with
 * @param prompts number of prompts
 * @param realClips number of real clips
 * @param names number of different names among them: by chance, see chanceFirst
 * @param frames of a clip
 * @param stride distance of the frames that features are computed of
 * @param chanceFirst share of first places that a random order of the real clips gets on these prompts
 * @param chanceFive share of names among the first five that a random order gets
 * @param chanceFirstFolded as {@code chanceFirst} with genders folded; null in reports of earlier versions
 * @param chanceFiveFolded as {@code chanceFive} with genders folded; null in reports of earlier versions
 * @param generated the model's clips; null when only its tokenizer was scored
 * @param reconstruction each prompt's real clip encoded and decoded: what a perfect transformer would get; null without a tokenizer
 * @param still the first frame of each prompt's real clip, repeated: what a video without motion gets
 * @param real each prompt's real clip itself: what a perfect copy gets, and how far from zero so few clips are
 * @param fvdProtocol how FVD was computed, or null when it was not
 * @param each prompt by prompt
 */
public record EvaluationReport(
        String features, String data, String split, int prompts, int realClips, int names, int frames, int stride,
        double chanceFirst, double chanceFive, @Nullable Double chanceFirstFolded, @Nullable Double chanceFiveFolded, @Nullable VideoScores generated,
                @Nullable VideoScores reconstruction, VideoScores still, VideoScores real, @Nullable String fvdProtocol, List<PromptResult> each) {

    /**
     * One prompt's result.
     *
     * @param place of the first real clip with the right name, 1 being the nearest; 0 when it is not among the first five
     * @param nearest name of the nearest real clip
     * @param motionEnergy of the generated clip
     * @param margin cosine similarity to the nearest real clip of the right name, minus that to the nearest of another name once gender is
     *     folded; null in reports of earlier versions
     */
    public record PromptResult(String prompt, String name, int place, String nearest, double motionEnergy, @Nullable Double margin) {}
}
