package org.praxino.text;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Replaces emoji and words of other scripts that an encoder does not know by their English names, where
 * {@link KnownNames} has one.
 *
 * @param text for the encoder
 * @param unknown what of the prompt stays unknown, in order, each once
 */
record PromptWords(String text, List<String> unknown) {
    private static final Set<Character.UnicodeScript> WITHOUT_SPACES = Set.of(Character.UnicodeScript.HAN, Character.UnicodeScript.HIRAGANA,
            Character.UnicodeScript.KATAKANA, Character.UnicodeScript.THAI, Character.UnicodeScript.LAO, Character.UnicodeScript.KHMER,
            Character.UnicodeScript.MYANMAR);

    private static final int LONG_VOWEL = 0x30fc; // of Katakana, though Unicode gives it no script
    private static final int JOINER = 0x200d;

    /** @param cleaned prompt @param known whether the encoder knows a piece of text */
    static PromptWords of(String cleaned, Predicate<String> known) {
        return known.test(cleaned) ? new PromptWords(cleaned, List.of()) : new Reader(cleaned, known).read();
    }

    /** True if there is a letter of another script than Latin. */
    static boolean hasForeignLetters(String text) {
        return text.codePoints().anyMatch(c -> Character.isLetter(c) && kind(c) != Kind.LATIN);
    }

    private enum Kind { LATIN, SPACED, UNSPACED, OTHER }

    private static Kind kind(int code) {
        if (!Character.isLetter(code) && !isMark(code)) {
            return Kind.OTHER;
        }
        Character.UnicodeScript script = Character.UnicodeScript.of(code);
        if (code == LONG_VOWEL || WITHOUT_SPACES.contains(script)) {
            return Kind.UNSPACED;
        }
        return script == Character.UnicodeScript.LATIN || script == Character.UnicodeScript.COMMON ? Kind.LATIN : Kind.SPACED;
    }

    private static boolean isMark(int code) {
        int type = Character.getType(code);
        return (type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK) && !KnownNames.isVariant(code)
                && Character.UnicodeScript.of(code) != Character.UnicodeScript.COMMON;
    }

    /** Walks a prompt once. */
    private static final class Reader {
        private final String text;
        private final Predicate<String> known;
        private final StringBuilder out = new StringBuilder();
        private final LinkedHashSet<String> unknown = new LinkedHashSet<>();

        Reader(String text, Predicate<String> known) {
            this.text = text;
            this.known = known;
        }

        PromptWords read() {
            for (int i = 0; i < text.length();) {
                int code = text.codePointAt(i);
                i = switch (kind(code)) {
                    case LATIN -> plain(i, run(i, Kind.LATIN));
                    case SPACED -> spaced(i);
                    case UNSPACED -> unspaced(i, run(i, Kind.UNSPACED));
                    case OTHER -> symbol(i, code);
                };
            }
            return new PromptWords(out.toString().replaceAll(" +", " ").strip(), new ArrayList<>(unknown));
        }

        /** The end of the letters of one kind that begin here. */
        private int run(int from, Kind kind) {
            int i = from;
            while (i < text.length() && (kind(text.codePointAt(i)) == kind || isMark(text.codePointAt(i)))) {
                i += Character.charCount(text.codePointAt(i));
            }
            return i;
        }

        private int plain(int from, int to) {
            String word = text.substring(from, to);
            if (!known.test(word)) {
                unknown.add(word);
            }
            out.append(word);
            return to;
        }

        private int named(int from, KnownNames.Match match) {
            String word = text.substring(from, match.end());
            out.append(known.test(word) ? word : " " + match.english() + " ");
            return match.end();
        }

        /** A name is whole words. */
        private int spaced(int from) {
            KnownNames.Match match = KnownNames.get().longest(text, from,
                    i -> i == text.length() || kind(text.codePointAt(i)) == Kind.OTHER || kind(text.codePointAt(i)) == Kind.LATIN);
            return match != null ? named(from, match) : plain(from, run(from, Kind.SPACED));
        }

        /** A name is a part of what is written without spaces, but one sign alone means too much inside of a word. */
        private int unspaced(int from, int to) {
            int pending = from;
            for (int i = from; i < to;) {
                KnownNames.Match match = match(i, from, to);
                if (match == null) {
                    i += Character.charCount(text.codePointAt(i));
                } else {
                    if (pending < i) {
                        plain(pending, i);
                    }
                    i = named(i, match);
                    pending = i;
                }
            }
            return pending < to ? plain(pending, to) : to;
        }

        private KnownNames.@Nullable Match match(int at, int from, int to) {
            return KnownNames.get().longest(text, at, i -> i <= to && (text.codePointCount(at, i) > 1 || at == from && i == to));
        }

        private int symbol(int from, int code) {
            KnownNames.Match match = KnownNames.get().longest(text, from, i -> true);
            if (match != null) {
                return named(from, match);
            }
            int to = from + Character.charCount(code);
            int type = Character.getType(code);
            boolean picture = type == Character.OTHER_SYMBOL || type == Character.SURROGATE || type == Character.PRIVATE_USE
                    || type == Character.UNASSIGNED;
            if (!picture) {
                out.appendCodePoint(code);
                return to;
            }
            while (to < text.length() && (isJoined(to) || KnownNames.isVariant(text.codePointAt(to)))) {
                to += Character.charCount(text.codePointAt(to));
            }
            return plain(from, to);
        }

        private boolean isJoined(int at) {
            return text.codePointAt(at) == JOINER || text.codePointBefore(at) == JOINER;
        }
    }
}
