package org.praxino.media;

/** Chroma subsampling. */
public enum Chroma {
    /** One colour sample for two by two pixels: what every player shows. */
    YUV420,
    /** Colour at full resolution: for Y4M and VP9, where exactness matters more than hardware players. */
    YUV444
}
