package org.praxino.io.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Character references of HTML ({@code &amp;}, {@code &#233;}) as the standard resolves them: HTML living standard, 13.2.5.72 to 80. */
final class HtmlEntities {

    private static final Pattern REFERENCE = Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    /** A named or numeric reference that is properly ended. */
    private static final Pattern STRICT = Pattern.compile("&#?[0-9A-Za-z]{1,24};");
    /** The characters that browsers use for the numbers 0x80 to 0x9f; a dot where the byte stands for nothing. */
    static final String WINDOWS_1252 = "€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ";

    private static final Map<String, String> NAMED = load();

    private HtmlEntities() {}

    /** Resolves every reference, also those without a semicolon that browsers accept. */
    static String unescape(String text) {
        return text.indexOf('&') < 0 ? text : REFERENCE.matcher(text).replaceAll(HtmlEntities::resolve);
    }

    /** Resolves only references with a semicolon, but also lower-case names that were written in capitals ({@code &EACUTE;}). */
    static String unescapeStrictly(String text) {
        return text.indexOf('&') < 0 ? text : STRICT.matcher(text).replaceAll(HtmlEntities::resolveStrictly);
    }

    private static String resolve(MatchResult match) {
        String name = match.group(1);
        return Matcher.quoteReplacement(name.startsWith("#") ? numeric(name) : named(name));
    }

    private static String resolveStrictly(MatchResult match) {
        String name = match.group().substring(1);
        if (name.startsWith("#")) {
            String resolved = unescape(match.group());
            return Matcher.quoteReplacement(resolved.contains(";") ? match.group() : resolved);
        }
        @Nullable String known = NAMED.get(name);
        if (known == null && name.equals(name.toUpperCase(Locale.ROOT)) && unescape(match.group()).equals(match.group())) {
            @Nullable String lower = NAMED.get(name.toLowerCase(Locale.ROOT));
            known = lower == null ? null : lower.toUpperCase(Locale.ROOT);
        }
        return Matcher.quoteReplacement(known == null ? match.group() : known);
    }

    private static String named(String name) {
        for (int length = name.length(); length > 1; length--) {
            @Nullable String value = NAMED.get(name.substring(0, length));
            if (value != null) {
                return value + name.substring(length);
            }
        }
        return "&" + name;
    }

    private static String numeric(String name) {
        boolean hexadecimal = name.charAt(1) == 'x' || name.charAt(1) == 'X';
        String digits = name.substring(hexadecimal ? 2 : 1).replace(";", "").replaceFirst("^0+(?=.)", "");
        int code = digits.length() > 8 ? Integer.MAX_VALUE : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(digits, hexadecimal ? 16 : 10));
        if (code == 0 || code > Character.MAX_CODE_POINT || code >= 0xd800 && code <= 0xdfff) {
            return "\ufffd";
        }
        if (code >= 0x80 && code <= 0x9f) {
            char shown = WINDOWS_1252.charAt(code - 0x80);
            return String.valueOf(shown == '.' ? (char) code : shown);
        }
        return isIgnored(code) ? "" : Character.toString(code);
    }

    /** Control characters and non-characters, which a reference may not name. */
    private static boolean isIgnored(int code) {
        boolean control = code < 0x20 && code != '\t' && code != '\n' && code != '\f' && code != '\r' || code == 0x7f;
        return control || code >= 0xfdd0 && code <= 0xfdef || (code & 0xfffe) == 0xfffe;
    }

    private static Map<String, String> load() {
        Map<String, String> named = HashMap.newHashMap(2300);
        InputStream resource = Objects.requireNonNull(HtmlEntities.class.getResourceAsStream("html-entities.txt"));
        try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#")) {
                    String[] parts = line.split(" ");
                    StringBuilder value = new StringBuilder();
                    for (int i = 1; i < parts.length; i++) {
                        value.appendCodePoint(Integer.parseInt(parts[i], 16));
                    }
                    named.put(parts[0], value.toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(named);
    }
}
