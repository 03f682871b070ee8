package org.praxino.stream;

import java.util.Locale;

/** The phases of generating a clip. */
public enum Phase {
    /** Sampling steps of the teacher. */
    DENOISING,
    /** Decoding of the teacher's latents; progress counts frames. */
    DECODING,
    /** Generating and decoding blocks of the student; progress counts frames. */
    STREAMING;

    /** In lower case, as in the server's API. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
