package org.praxino.train.data;

/**
 * An endless, addressable supply of captioned clips: the same seed and index always give the same sample, whatever was drawn
 * before, so that training resumes exactly and workers need no order. Safe to call from several threads.
 */
public interface ClipSource {

    /**
     * Sample {@code index} of the stream {@code seed}.
     *
     * @param frames how many frames; 1 gives a still, and then nothing in the caption speaks of motion
     */
    Sample sample(long seed, long index, int frames);

    /** Frame height in pixels. */
    int height();

    /** Frame width in pixels. */
    int width();

    /** Frames a second. */
    double fps();

    /** Names everything that decides the samples but seed, index and frames: data, captions and how they are composed. */
    String digest();
}
