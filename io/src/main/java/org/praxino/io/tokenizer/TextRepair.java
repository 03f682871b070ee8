package org.praxino.io.tokenizer;

import java.text.Normalizer;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Repairs text damaged in documents and web pages: curly quotes, ligatures, full-width letters, control characters, terminal colours,
 * references of HTML. The same steps in the same order as the ftfy library takes with its standard settings, without the repair of wrongly
 * decoded text ("Ã©" for "é"), which needs statistics on languages.
 */
final class TextRepair {

    private static final Map<Character, String> LIGATURES = Map.ofEntries(
            Map.entry('Ĳ', "IJ"), Map.entry('ĳ', "ij"), Map.entry('ŉ', "ʼn"), Map.entry('Ǳ', "DZ"), Map.entry('ǲ', "Dz"),
            Map.entry('ǳ', "dz"), Map.entry('Ǆ', "DŽ"), Map.entry('ǅ', "Dž"), Map.entry('ǆ', "dž"), Map.entry('Ǉ', "LJ"),
            Map.entry('ǈ', "Lj"), Map.entry('ǉ', "lj"), Map.entry('Ǌ', "NJ"), Map.entry('ǋ', "Nj"), Map.entry('ǌ', "nj"),
            Map.entry('ﬀ', "ff"), Map.entry('ﬁ', "fi"), Map.entry('ﬂ', "fl"), Map.entry('ﬃ', "ffi"), Map.entry('ﬄ', "ffl"),
            Map.entry('ﬅ', "ſt"), Map.entry('ﬆ', "st"));
    private static final Pattern TERMINAL = Pattern.compile("\u001b\\[[0-9;]*[a-zA-Z]");
    private static final Pattern CONTROLS =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\u206a-\\u206f\\ufeff\\ufff9-\\ufffc]");

    private TextRepair() {}

    static String repair(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean references = true;
        for (String line : text.splitWithDelimiters("\n", -1)) {
            references &= line.indexOf('<') < 0; // from the first angle bracket on, the text is HTML by intent
            out.append(repairLine(line, references));
        }
        return out.toString();
    }

    private static String repairLine(String line, boolean references) {
        String before;
        String now = line;
        do {
            before = now;
            now = repairOnce(now, references);
        } while (!now.equals(before));
        return now;
    }

    private static String repairOnce(String line, boolean references) {
        String text = references ? HtmlEntities.unescapeStrictly(line) : line;
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(code -> out.append(repairCharacter(code)));
        String straight = out.toString().replaceAll("[\u02bc\u2018-\u201b]", "'").replaceAll("[\u201c-\u201f]", "\"");
        String lines = straight.replace("\r\n", "\n").replace('\r', '\n').replace('\u2028', '\n').replace('\u2029', '\n');
        String plain = TERMINAL.matcher(lines).replaceAll("");
        return Normalizer.normalize(CONTROLS.matcher(plain).replaceAll(""), Normalizer.Form.NFC);
    }

    private static String repairCharacter(int code) {
        if (code >= 0x80 && code <= 0x9f) {
            char shown = HtmlEntities.WINDOWS_1252.charAt(code - 0x80);
            return String.valueOf(shown == '.' ? (char) code : shown);
        }
        if (code >= 0xff01 && code <= 0xffef || code == 0x3000) {
            return Normalizer.normalize(Character.toString(code), Normalizer.Form.NFKC);
        }
        if (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE) {
            return "\ufffd";
        }
        return code < Character.MIN_SUPPLEMENTARY_CODE_POINT ? LIGATURES.getOrDefault((char) code, Character.toString(code))
                : Character.toString(code);
    }
}
