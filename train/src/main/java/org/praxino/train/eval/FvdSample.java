package org.praxino.train.eval;

/**
 * Which real clips a Fréchet video distance compares with.
 *
 * @param clips how many are drawn, without repetition; all of the split where it has fewer
 * @param seed of the clips and of where each begins
 */
public record FvdSample(int clips, long seed) {
    /** As many as the published protocol takes. */
    public static final FvdSample PUBLISHED = new FvdSample(I3dFvd.CLIPS, 0);
}
