package org.praxino.app.cli;

import org.praxino.tensor.UserException;

/** Width and height in pixels. */
public record FrameSize(int width, int height) {
    /** Parses {@code 128} or {@code 128x96}. */
    public static FrameSize parse(String text) {
        var m = java.util.regex.Pattern.compile("(\\d{1,5})(?:[xX×](\\d{1,5}))?").matcher(text.trim());
        if (!m.matches()) {
            throw new UserException("--size " + text + " is not a size: write it as 128 or 128x128");
        }
        int w = Integer.parseInt(m.group(1));
        return new FrameSize(w, m.group(2) == null ? w : Integer.parseInt(m.group(2)));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
