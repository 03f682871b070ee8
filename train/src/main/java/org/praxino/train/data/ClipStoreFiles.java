package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;

/** File names of a {@link ClipStore}; reads and writes JSON Lines. */
public final class ClipStoreFiles {

    static final String PIXELS = "clips.bin";
    static final String OFFSETS = "frames.idx";
    public static final String CLIPS = "clips.jsonl";
    public static final String MANIFEST = "manifest.jsonl";
    public static final String SKIPPED = "skipped.jsonl";
    public static final String DATASET = "dataset.json";

    private ClipStoreFiles() {}

    public static void writeLines(Path file, List<?> rows) {
        AtomicFiles.writeString(file, rows.stream().map(row -> Json.line(row) + "\n").collect(Collectors.joining()));
    }

    public static <T> List<T> readLines(Path file, Class<T> type) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
        List<T> rows = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                rows.add(Json.parse(lines.get(i), file + " line " + (i + 1), type));
            }
        }
        return rows;
    }
}
