package org.praxino.train.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The files of a {@link ClipStore}: names, and JSON in and out; each is written beside its place, then renamed. */
final class StoreFiles {

    static final String PIXELS = "clips.bin";
    static final String OFFSETS = "frames.idx";
    static final String CLIPS = "clips.jsonl";
    static final String MANIFEST = "manifest.jsonl";
    static final String DATASET = "dataset.json";

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private StoreFiles() {}

    static Path partOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".part");
    }

    static void finish(Path file) throws IOException {
        Files.move(partOf(file), file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static void writeLines(Path file, List<?> rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(partOf(file))) {
            for (Object row : rows) {
                out.write(JSON.writeValueAsString(row));
                out.write('\n');
            }
        }
        finish(file);
    }

    static <T> List<T> readLines(Path file, Class<T> type) throws IOException {
        List<T> rows = new ArrayList<>();
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            if (text.isBlank()) {
                continue;
            }
            try {
                rows.add(JSON.readValue(text, type));
            } catch (JacksonException e) {
                throw new IOException(file + " line " + line + " cannot be read: " + e.getOriginalMessage(), e);
            }
        }
        return rows;
    }

    static void writeJson(Path file, Object value) throws IOException {
        writeText(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
    }

    static void writeText(Path file, String text) throws IOException {
        Files.write(partOf(file), text.getBytes(StandardCharsets.UTF_8));
        finish(file);
    }

    static <T> T readJson(Path file, Class<T> type) throws IOException {
        try {
            return JSON.readValue(Files.readString(file), type);
        } catch (JacksonException e) {
            throw new IOException(file + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
