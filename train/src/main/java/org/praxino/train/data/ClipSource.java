package org.praxino.train.data;

/**
 * An endless, random-access source of captioned clips: a sample depends only on seed and index, so that training resumes exactly and
 * workers need no order. Thread-safe.
 */
public interface ClipSource {

    /**
     * Sample {@code index} of the stream {@code seed}.
     *
     * @param frames number of frames; 1 gives a still whose caption mentions no motion
     */
    Sample sample(long seed, long index, int frames);

    /** Frame height in pixels. */
    int height();

    /** Frame width in pixels. */
    int width();

    /** Frames a second. */
    double fps();

    /** Digest of everything that determines the samples except seed, index and frames. */
    String digest();
}
