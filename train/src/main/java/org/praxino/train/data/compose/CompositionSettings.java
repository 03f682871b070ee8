package org.praxino.train.data.compose;

import org.praxino.tensor.ConfigException;

/**
 * How samples are composed.
 *
 * @param split which clips may be drawn
 * @param features what is composed around a clip, and how often
 * @param wordings chance of any wording, instead of the plain name or noun phrase
 * @param stillsInStills chance that a one-frame sample shows a still rather than a frame of a clip
 * @param stillsInClips chance that a longer sample shows a still
 * @param whiteSaid chance that a white background is mentioned
 * @param randomStart chance of starting anywhere in the loop, instead of at its first frame
 * @param tones chance of any skin tone; otherwise a clip without one is drawn wherever the name has such a clip
 * @param inTurn whether samples take the names one after the other, each as often as any other, instead of by chance
 * @param whole true for clips that are whole pictures: captions are used as they are and nothing is composed
 */
public record CompositionSettings(SplitFilter split, Features features, double wordings, double stillsInStills, double stillsInClips,
        double whiteSaid, double randomStart, double tones, boolean inTurn, boolean whole) {

    /** Which clips may be drawn. */
    public enum SplitFilter { TRAIN, HELD_OUT, ALL }

    /**
     * Chances of what is composed around a clip. They are drawn independently, except that pairs and copies are neither placed nor moved,
     * pairs keep their colours, and stills never move.
     *
     * @param background a colour, gradient or simple scene in place of white
     * @param placement a size or a place other than full size in the middle
     * @param motion the whole picture drifts, grows, shrinks, swings or spins, besides moving in itself
     * @param pair two different objects beside or above each other
     * @param colour another colour, where the thing can have one
     * @param copies two to four of the same thing, where its noun phrase has a plural
     */
    public record Features(double background, double placement, double motion, double pair, double colour, double copies) {
        /** Nothing is composed. */
        public static final Features NONE = new Features(0, 0, 0, 0, 0, 0);

        public Features {
            chance("background", background);
            chance("placement", placement);
            chance("motion", motion);
            chance("pair", pair);
            chance("colour", colour);
            chance("copies", copies);
        }
    }

    public CompositionSettings {
        chance("wordings", wordings);
        chance("stillsInStills", stillsInStills);
        chance("stillsInClips", stillsInClips);
        chance("whiteSaid", whiteSaid);
        chance("randomStart", randomStart);
        chance("tones", tones);
    }

    /** One thing, full size, in the middle, on white; every wording. */
    public static CompositionSettings plain() {
        return new CompositionSettings(SplitFilter.TRAIN, Features.NONE, 0.5, 0.35, 0, 0.1, 1, 1, false, false);
    }

    /** Moving objects only, each as often as any other, without skin tones and mostly by their plain names: what a model learns first. */
    public static CompositionSettings names() {
        return new CompositionSettings(SplitFilter.TRAIN, Features.NONE, 0.2, 0, 0, 0, 1, 0, true, false);
    }

    /** Two thirds of the samples as in {@link #plain}, the others with backgrounds, places, motions, pairs, colours and copies. */
    public static CompositionSettings light() {
        return new CompositionSettings(SplitFilter.TRAIN, new Features(0.1, 0.08, 0.08, 0.03, 0.06, 0.05), 0.4, 0.35, 0.03, 0.1, 1, 1, false,
                false);
    }

    /** A third of the samples as in {@link #plain}, the others with backgrounds, places, motions, pairs, colours and copies. */
    public static CompositionSettings mixed() {
        return new CompositionSettings(SplitFilter.TRAIN, new Features(0.3, 0.2, 0.2, 0.12, 0.15, 0.1), 0.5, 0.35, 0.03, 0.1, 1, 1, false,
                false);
    }

    /** Clips and captions as they were given: for folders of whole pictures. */
    public static CompositionSettings asIs() {
        return new CompositionSettings(SplitFilter.TRAIN, Features.NONE, 1, 1, 0, 0, 1, 1, false, true);
    }

    /** The same with other clips. */
    public CompositionSettings withSplit(SplitFilter which) {
        return new CompositionSettings(which, features, wordings, stillsInStills, stillsInClips, whiteSaid, randomStart, tones, inTurn, whole);
    }

    private static void chance(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new ConfigException("composition." + name + "=" + value + " is not a chance between 0 and 1.");
        }
    }
}
