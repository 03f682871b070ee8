package org.praxino.media;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One PNG: a single frame as it is, several as a contact sheet of evenly spaced frames. */
final class SheetSink implements FrameSink {
    private static final int MOST = 36;
    private static final int CELL = 256;

    private final Path path;
    private final WriteOptions options;
    private final List<Frame> kept = new ArrayList<>();
    private int stride = 1;
    private int seen;

    SheetSink(Path path, WriteOptions options) {
        this.path = path;
        this.options = options;
    }

    /** Keeps every stride-th frame; when too many are kept, every other one goes and the stride doubles. */
    @Override
    public void add(Frame frame) {
        if (seen++ % stride == 0) {
            kept.add(frame);
            if (kept.size() > 2 * MOST) {
                for (int i = kept.size() / 2; i > 0; i--) {
                    kept.remove(2 * i - 1);
                }
                stride *= 2;
            }
        }
    }

    @Override
    public void finish() throws IOException {
        Frame picture = kept.size() == 1 ? kept.getFirst() : sheet();
        try (var out = new BufferedOutputStream(Files.newOutputStream(path))) {
            Png.write(out, picture, options.metadata());
        }
    }

    private Frame sheet() {
        var sheet = new ContactSheet(CELL, options.background());
        List<Frame> chosen = ContactSheet.spread(kept, MOST);
        int columns = (int) Math.ceil(Math.sqrt(chosen.size()));
        for (int i = 0; i < chosen.size(); i += columns) {
            sheet.row("", chosen.subList(i, Math.min(i + columns, chosen.size())));
        }
        return sheet.draw();
    }

    @Override
    public void close() {}
}
