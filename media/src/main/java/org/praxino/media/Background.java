package org.praxino.media;

/** What lies behind transparent pixels and beside padded pictures: a colour, or nothing. */
public sealed interface Background permits Rgb, Background.Transparent {
    /** Keeps the alpha channel: frames have four channels, also those of files without alpha. */
    Transparent TRANSPARENT = Transparent.KEEP;

    /** The one value of {@link #TRANSPARENT}. */
    enum Transparent implements Background {
        KEEP
    }
}
