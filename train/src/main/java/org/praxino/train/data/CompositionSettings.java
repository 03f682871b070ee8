package org.praxino.train.data;

/**
 * Probabilities of composition features. Features are drawn independently, except that pairs are neither placed nor moved, and stills never
 * move.
 *
 * @param split which clips may be drawn
 * @param wordings chance of any wording, instead of the plain name or noun phrase
 * @param background chance of a colour, gradient or simple scene in place of white
 * @param placement chance of a size or a place other than full size in the middle
 * @param motion chance that the whole picture drifts, grows, shrinks or swings, besides moving in itself
 * @param pair chance of two things beside or above each other
 * @param stillsInStills chance that a one-frame sample shows a still rather than a frame of a clip
 * @param stillsInClips chance that a longer sample shows a still
 * @param whiteSaid chance that a white background is mentioned
 * @param randomStart chance of starting anywhere in the loop, instead of at its first frame
 * @param whole true for clips that are whole pictures: captions are used as they are and nothing is composed
 */
public record CompositionSettings(SplitFilter split, double wordings, double background, double placement, double motion, double pair,
        double stillsInStills, double stillsInClips, double whiteSaid, double randomStart, boolean whole) {

    /** Which clips may be drawn. */
    public enum SplitFilter { TRAIN, HELD_OUT, ALL }

    public CompositionSettings {
        chance("wordings", wordings);
        chance("background", background);
        chance("placement", placement);
        chance("motion", motion);
        chance("pair", pair);
        chance("stillsInStills", stillsInStills);
        chance("stillsInClips", stillsInClips);
        chance("whiteSaid", whiteSaid);
        chance("randomStart", randomStart);
    }

    /** One thing, full size, in the middle, on white; every wording. */
    public static CompositionSettings plain() {
        return new CompositionSettings(SplitFilter.TRAIN, 0.5, 0, 0, 0, 0, 0.35, 0, 0.1, 1, false);
    }

    /** Moving things only, mostly by their plain names and from their first frame: the fewest pictures to learn each name by. */
    public static CompositionSettings names() {
        return new CompositionSettings(SplitFilter.TRAIN, 0.3, 0, 0, 0, 0, 0, 0, 0, 0.25, false);
    }

    /** Three quarters of the samples as in {@link #plain}, the others with backgrounds, places, motions and pairs. */
    public static CompositionSettings light() {
        return new CompositionSettings(SplitFilter.TRAIN, 0.4, 0.1, 0.08, 0.08, 0.03, 0.35, 0.03, 0.1, 1, false);
    }

    /** Two fifths of the samples as in {@link #plain}, the others with backgrounds, places, motions and pairs. */
    public static CompositionSettings mixed() {
        return new CompositionSettings(SplitFilter.TRAIN, 0.5, 0.3, 0.2, 0.2, 0.12, 0.35, 0.03, 0.1, 1, false);
    }

    /** Clips and captions as they were given: for folders of whole pictures. */
    public static CompositionSettings asIs() {
        return new CompositionSettings(SplitFilter.TRAIN, 1, 0, 0, 0, 0, 1, 0, 0, 1, true);
    }

    /** The same with other clips. */
    public CompositionSettings withSplit(SplitFilter which) {
        return new CompositionSettings(which, wordings, background, placement, motion, pair, stillsInStills, stillsInClips, whiteSaid,
                randomStart, whole);
    }

    private static void chance(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new org.praxino.tensor.ConfigException("curriculum." + name + "=" + value + " is not a chance between 0 and 1.");
        }
    }
}
