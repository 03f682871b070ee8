package org.praxino.train.data.folder;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * Reads caption files: CSV with a header, or JSON Lines. The file is in the column or field {@code file}, the wording in {@code caption},
 * or several in a JSON array {@code captions}; the names that other trainers give to these are known too. A file may have several rows.
 * Invalid rows are reported and skipped; a missing header column is an error.
 */
final class CaptionFile {

    /** Recognised file names, in order of priority. */
    static final List<String> NAMES = List.of("captions.csv", "captions.jsonl", "metadata.csv", "metadata.jsonl");

    private static final String UNREADABLE = "\uFFFD";
    /** In order of priority. */
    private static final List<String> FILE = List.of("file", "file_name", "filename", "file_path", "filepath", "path", "video", "video_path",
            "video_file", "video_name", "media", "media_path", "media_file", "clip", "clip_path", "image", "image_path", "image_file", "image_name",
            "img_path");

    private static final List<String> CAPTION = List.of("caption", "text", "captions");

    /** For rows and lists that have none of the above. */
    private static final List<String> OTHER_CAPTION = List.of("prompt", "prompts", "description", "long_caption", "short_caption",
            "dense_caption", "cap", "sentence");

    /** One row; {@code problem} is empty when it can be used. */
    record Row(long line, String file, List<String> captions, String problem) {
        static Row bad(long line, String problem) {
            return new Row(line, "", List.of(), problem);
        }
    }

    private CaptionFile() {}

    static List<Row> read(Path list) {
        try {
            return list.toString().toLowerCase(Locale.ROOT).endsWith(".csv") ? csv(list) : jsonLines(list);
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
            String caption = column(parser.getHeaderMap(), Stream.concat(CAPTION.stream(), OTHER_CAPTION.stream()).toList(), list);
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
        for (String text : text(list).split("\n", -1)) { // other line separators may stand inside of a text
            line++;
            String plain = text.replace("\uFEFF", "").replace('\t', ' '); // lists that were joined, tabs that were not escaped
            if (plain.isBlank()) {
                continue;
            }
            try {
                Map<String, JsonNode> fields = fields(Json.parse(plain, "line " + line, JsonNode.class));
                List<String> captions = captions(fields, CAPTION);
                rows.add(row(line, file(fields), captions.isEmpty() ? captions(fields, OTHER_CAPTION) : captions));
            } catch (UserException e) {
                rows.add(Row.bad(line, "it is not JSON with file and caption"));
            }
        }
        return rows;
    }

    /** The wordings in a JSON object. @throws UserException when it is none, or a wording is not text */
    static List<String> captions(String json, String where) {
        Map<String, JsonNode> fields = fields(Json.parse(json, where, JsonNode.class));
        List<String> captions = captions(fields, CAPTION);
        return captions.isEmpty() ? captions(fields, OTHER_CAPTION) : captions;
    }

    private static Map<String, JsonNode> fields(JsonNode row) {
        Map<String, JsonNode> fields = new HashMap<>();
        row.propertyStream().forEach(e -> fields.putIfAbsent(e.getKey().toLowerCase(Locale.ROOT), e.getValue()));
        return fields;
    }

    private static String file(Map<String, JsonNode> fields) {
        return FILE.stream().map(fields::get).filter(v -> v != null && v.isString()).map(JsonNode::asString).findFirst().orElse("");
    }

    private static List<String> captions(Map<String, JsonNode> fields, List<String> names) {
        List<String> out = new ArrayList<>();
        for (String name : names) {
            JsonNode value = fields.get(name);
            if (value == null || value.isNull()) {
                continue;
            }
            for (JsonNode each : value.isArray() ? value : List.of(value)) {
                if (each.isString()) {
                    out.add(each.stringValue());
                } else {
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
