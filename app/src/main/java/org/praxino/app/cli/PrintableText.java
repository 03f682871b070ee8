package org.praxino.app.cli;

/** Text from files for people to read: what a terminal would take for a command, or for another order of reading, is shown as an escape. */
final class PrintableText {
    private PrintableText() {}

    /** {@code text} with control characters and changes of direction as {@code \}{@code u001b} and the like; line feeds and tabs stay. */
    static String lines(String text) {
        return escape(text, "\n\t");
    }

    /** The same in one line. */
    static String line(String text) {
        return escape(text, "");
    }

    private static String escape(String text, String allowed) {
        if (text.chars().noneMatch(c -> commands(c) && allowed.indexOf(c) < 0)) {
            return text;
        }
        var escaped = new StringBuilder();
        text.chars().forEach(c -> {
            if (commands(c) && allowed.indexOf(c) < 0) {
                escaped.append(String.format("\\u%04x", c));
            } else {
                escaped.append((char) c);
            }
        });
        return escaped.toString();
    }

    /** Control characters, and the bidirectional embeddings, overrides and isolates of Unicode. */
    private static boolean commands(int c) {
        return Character.isISOControl(c) || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069;
    }
}
