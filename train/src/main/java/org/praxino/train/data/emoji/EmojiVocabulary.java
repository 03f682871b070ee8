package org.praxino.train.data.emoji;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Manually curated noun phrases and motions of emoji.
 *
 * <p>Read from {@code emoji-words.tsv}: name, noun phrase (empty: made by rule), motions as seen, separated by {@code |}.
 */
final class EmojiVocabulary {

    private record Row(String subject, List<String> motions) {}

    private final Map<String, Row> rows = new HashMap<>();

    private EmojiVocabulary() {}

    static EmojiVocabulary load() {
        EmojiVocabulary words = new EmojiVocabulary();
        try (InputStream in = EmojiVocabulary.class.getResourceAsStream("emoji-words.tsv")) {
            if (in == null) {
                throw new IllegalStateException("emoji-words.tsv is missing from the class path");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] cell = line.split("\t", -1);
                List<String> motions = cell.length < 3 || cell[2].isBlank() ? List.of() : List.of(cell[2].split("\\|"));
                words.rows.put(cell[0], new Row(cell.length < 2 ? "" : cell[1], motions));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return words;
    }

    /** The noun phrase for a published name, without skin tone. */
    String subject(String name) {
        Row row = rows.get(name);
        return row == null || row.subject().isEmpty() ? EmojiNounPhrases.subject(name) : row.subject();
    }

    /** Visible motions, such as "turning" or "flapping its wings"; empty if unknown. */
    List<String> motions(String name) {
        Row row = rows.get(name);
        return row == null ? List.of() : row.motions();
    }

    /** Published names in the table. */
    Iterable<String> names() {
        return rows.keySet();
    }
}
