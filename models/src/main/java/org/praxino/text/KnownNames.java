package org.praxino.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * English names of emoji, and of words in other scripts that are names of emoji: {@code emoji-names.tsv} has an emoji, its English name, and
 * its names in other languages in every row. Read when a prompt first needs it.
 */
final class KnownNames {
    private static final String FILE = "emoji-names.tsv";

    /** In code points that count. */
    private static final int LONGEST = 40;

    private final Map<String, String> english;

    private KnownNames(Map<String, String> english) {
        this.english = english;
    }

    private static final class Holder {
        private static final KnownNames NAMES = new KnownNames(read());
    }

    static KnownNames get() {
        return Holder.NAMES;
    }

    private static Map<String, String> read() {
        Map<String, String> english = new HashMap<>();
        try (InputStream in = KnownNames.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException(FILE + " is missing from the class path");
            }
            var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> cells = List.of(line.split("\t"));
                if (!line.startsWith("# ") && cells.size() > 1) {
                    english.put(cells.getFirst(), cells.get(1));
                    cells.stream().skip(2).filter(c -> !c.isEmpty()).forEach(c -> english.putIfAbsent(c, cells.get(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(english);
    }

    /** @param end index behind the name @param english what it is called */
    record Match(int end, String english) {}

    /** Whether a name may end before this index. */
    interface End {
        boolean at(int index);
    }

    /** The longest name that begins at this index; null if none does. Skin tones and signs of presentation do not count. */
    @Nullable Match longest(String text, int from, End end) {
        var name = new StringBuilder();
        Match best = null;
        int counted = 0;
        for (int i = from; i < text.length() && counted < LONGEST;) {
            int code = text.codePointAt(i);
            i += Character.charCount(code);
            if (!isVariant(code)) {
                name.append(Character.toString(code).toLowerCase(Locale.ROOT));
                counted++;
            }
            String found = end.at(i) ? english.get(name.toString()) : null;
            if (found != null) {
                best = new Match(i, found);
            }
        }
        return best;
    }

    /** Selectors of presentation and skin tones. */
    static boolean isVariant(int code) {
        return code == 0xfe0f || code == 0xfe0e || code >= 0x1f3fb && code <= 0x1f3ff;
    }
}
