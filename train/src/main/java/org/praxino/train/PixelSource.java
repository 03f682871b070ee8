package org.praxino.train;

/** Endless pictures: the pair of seed and index determines one, so that a resumed run sees what an unbroken one would. */
public interface PixelSource {
    /** @return [frames, size, size, 3] RGB; safe from any thread */
    byte[] rgb(long seed, long index, int frames);

    /** Height and width. */
    int size();

    /** What determines the pixels, for provenance. */
    String digest();
}
