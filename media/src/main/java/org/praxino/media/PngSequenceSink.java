package org.praxino.media;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;

/** A PNG file for every frame, numbered from 0. */
final class PngSequenceSink implements FrameSink {
    private final OutputFolderTarget folder;
    private final WriteOptions options;
    private int index;

    PngSequenceSink(OutputFolderTarget folder, WriteOptions options) {
        this.folder = folder;
        this.options = options;
    }

    @Override
    public void add(Frame frame) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(folder.working().resolve(folder.pattern().name(index++))))) {
            Png.write(out, frame, options.metadata());
        }
    }

    @Override
    public void finish() {}

    @Override
    public void close() {}
}
