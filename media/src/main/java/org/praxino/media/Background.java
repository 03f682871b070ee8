package org.praxino.media;

/** The background of transparent pixels and padding: a colour, or none. */
public sealed interface Background permits Rgb, Background.Transparent {
    /** Keeps the alpha channel: frames have four channels, also those of files without alpha. */
    Transparent TRANSPARENT = Transparent.KEEP;

    /** The one value of {@link #TRANSPARENT}. */
    enum Transparent implements Background {
        KEEP
    }
}
