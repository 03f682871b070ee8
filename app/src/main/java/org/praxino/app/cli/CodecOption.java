package org.praxino.app.cli;

import org.praxino.media.Codec;
import picocli.CommandLine.Option;

/** The {@code --codec} option. */
public final class CodecOption {
    @Option(names = "--codec", paramLabel = "NAME", defaultValue = "auto",
            description = "Codec of .mp4 and .webm: av1, vp9, or h264 in .mp4, which plays everywhere but may need a patent licence where an"
                    + " encoder is distributed (docs/media.md); auto is av1 in .mp4, vp9 in .webm (default: ${DEFAULT-VALUE}).")
    private Codec codec = Codec.AUTO;

    public Codec codec() {
        return codec;
    }
}
