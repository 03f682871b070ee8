package org.praxino.media;

import java.util.Locale;
import java.util.regex.Pattern;

/** A file name pattern with a frame number, such as {@code frame_%04d.png}. */
record FramePattern(String before, int digits, String after) {
    private static final Pattern SYNTAX = Pattern.compile("([^%]*)%(?:0?([1-9]))?d([^%]*\\.png)", Pattern.CASE_INSENSITIVE);
    static final FramePattern DEFAULT = new FramePattern("frame_", 4, ".png");

    static boolean matches(String name) {
        return SYNTAX.matcher(name).matches();
    }

    static FramePattern parse(String name) {
        var matcher = SYNTAX.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + name + "' holds no frame number such as %04d");
        }
        int digits = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
        return new FramePattern(matcher.group(1), digits, matcher.group(3));
    }

    String name(int index) {
        return before + String.format(Locale.ROOT, "%0" + digits + "d", index) + after;
    }

    /** True if the name could be one of these frames. */
    boolean covers(String name) {
        return name.startsWith(before) && name.endsWith(after) && name.length() > before.length() + after.length()
                && name.substring(before.length(), name.length() - after.length()).chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
