package org.praxino.stream.timeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.praxino.tensor.UserException;

/** Width and height in pixels, written {@code 128x128}. */
public record Size(int width, int height) {
    private static final Pattern FORM = Pattern.compile("([1-9]\\d{0,4})[xX×]([1-9]\\d{0,4})");

    public Size {
        if (width < 1 || height < 1) {
            throw new UserException("a size of " + width + "x" + height + " has no pixels");
        }
    }

    static Size parse(String text) {
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw new UserException("\"" + text + "\" is not a size: write it as 128x128");
        }
        return new Size(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }

    @Override
    public String toString() {
        return width + "x" + height;
    }
}
