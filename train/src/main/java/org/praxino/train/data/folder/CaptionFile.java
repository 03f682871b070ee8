package org.praxino.train.data.folder;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * Reads caption files: CSV with a header, or JSON Lines. The file is in the column or field {@code file} ({@code file_name}, {@code path}),
 * the wording in {@code caption} ({@code text}), or several in a JSON array {@code captions}. A file may have several rows. Invalid rows
 * are reported and skipped; a missing header column is an error.
 */
final class CaptionFile {

    /** Recognised file names, in order of priority. */
    static final List<String> NAMES = List.of("captions.csv", "captions.jsonl", "metadata.csv", "metadata.jsonl");

    private static final String UNREADABLE = "\uFFFD";
    private static final List<String> FILE = List.of("file", "file_name", "filename", "path");
    private static final List<String> CAPTION = List.of("caption", "text", "captions");

    /** One row; {@code problem} is empty when it can be used. */
    record Row(long line, String file, List<String> captions, String problem) {
        static Row bad(long line, String problem) {
            return new Row(line, "", List.of(), problem);
        }
    }

    private CaptionFile() {}

    static List<Row> read(Path list) {
        try {
            return list.toString().endsWith(".csv") ? csv(list) : jsonLines(list);
        } catch (IOException e) {
            throw FileErrors.reading(list, e);
        }
    }

    private static List<Row> csv(Path list) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).setTrim(true).setIgnoreEmptyLines(true)
                .setIgnoreHeaderCase(true).setAllowMissingColumnNames(true).get();
        List<Row> rows = new ArrayList<>();
        try (CSVParser parser = format.parse(new StringReader(text(list)))) {
            String file = column(parser.getHeaderMap(), FILE, list);
            String caption = column(parser.getHeaderMap(), CAPTION, list);
            try {
                for (CSVRecord record : parser) {
                    boolean whole = record.isSet(file) && record.isSet(caption);
                    rows.add(whole ? row(parser.getCurrentLineNumber(), record.get(file), List.of(record.get(caption)))
                            : Row.bad(parser.getCurrentLineNumber(), "a column is missing"));
                }
            } catch (UncheckedIOException e) {
                rows.add(Row.bad(rows.isEmpty() ? 2 : rows.getLast().line() + 1, "it and what follows are not readable CSV: is a quote left open?"));
            }
        } catch (IllegalArgumentException e) {
            throw new UserException(list + " is not readable CSV: its first line must name the columns, each once", e);
        }
        return rows;
    }

    /** Invalid UTF-8 becomes {@link #UNREADABLE}, so that only those rows are lost. */
    private static String text(Path list) throws IOException {
        String text = new String(Files.readAllBytes(list), StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static String column(Map<String, Integer> header, List<String> wanted, Path list) {
        return wanted.stream().filter(header::containsKey).findFirst().orElseThrow(() -> new UserException(list + " has no column "
                + String.join(" or ", wanted.subList(0, 2)) + ": its first line must name the columns."));
    }

    private static List<Row> jsonLines(Path list) throws IOException {
        List<Row> rows = new ArrayList<>();
        long line = 0;
        for (String text : text(list).split("\\R", -1)) {
            line++;
            if (FolderCaptions.clean(text).isEmpty()) {
                continue;
            }
            try {
                JsonNode node = Json.parse(FolderCaptions.clean(text), "line " + line, JsonNode.class);
                rows.add(row(line, field(node, FILE), captions(node)));
            } catch (UserException e) {
                rows.add(Row.bad(line, "it is not JSON with file and caption"));
            }
        }
        return rows;
    }

    private static String field(JsonNode node, List<String> names) {
        return names.stream().map(node::path).filter(JsonNode::isString).map(JsonNode::asString).findFirst().orElse("");
    }

    private static List<String> captions(JsonNode node) {
        List<String> out = new ArrayList<>();
        for (String name : CAPTION) {
            JsonNode value = node.path(name);
            for (JsonNode each : value.isArray() ? value : List.of(value)) {
                if (each.isString()) {
                    out.add(each.stringValue());
                } else if (!each.isMissingNode()) {
                    throw new UserException("a caption is not text");
                }
            }
        }
        return out;
    }

    private static Row row(long line, String file, List<String> captions) {
        if (file.contains(UNREADABLE) || captions.stream().anyMatch(c -> c.contains(UNREADABLE))) {
            return Row.bad(line, "it is not UTF-8 text");
        }
        List<String> clean = captions.stream().map(FolderCaptions::clean).filter(c -> !c.isEmpty()).toList();
        if (file.isBlank()) {
            return Row.bad(line, "it names no file");
        }
        return clean.isEmpty() ? Row.bad(line, file.strip() + " has no caption") : new Row(line, file.strip(), clean, "");
    }
}
