package org.praxino.media;

import java.nio.file.Path;

/** Reads a file's properties without decoding it. */
public final class VideoProbe {
    private VideoProbe() {}

    /** What the file holds; fails with {@link MediaException} if that is no picture or video. */
    public static VideoInfo probe(Path file) {
        try (var reader = VideoReader.open(file, ReadOptions.DEFAULT)) {
            return reader.info();
        }
    }
}
