package org.praxino.media;

import java.util.Locale;
import java.util.regex.Pattern;

/** A colour in sRGB, each part 0 to 255. */
public record Rgb(int red, int green, int blue) implements Background {
    public static final Rgb BLACK = new Rgb(0, 0, 0);
    public static final Rgb WHITE = new Rgb(255, 255, 255);

    private static final Pattern HEX = Pattern.compile("#?([0-9a-fA-F]{6})");

    public Rgb {
        if (((red | green | blue) & ~0xff) != 0) {
            throw new IllegalArgumentException("colour parts go from 0 to 255, got %d, %d, %d".formatted(red, green, blue));
        }
    }

    /** Reads {@code black}, {@code white}, {@code gray} or six hexadecimal digits such as {@code #87ceeb}. */
    public static Rgb parse(String text) {
        var matcher = HEX.matcher(text);
        if (matcher.matches()) {
            int value = Integer.parseInt(matcher.group(1), 16);
            return new Rgb(value >> 16, value >> 8 & 0xff, value & 0xff);
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "black" -> BLACK;
            case "white" -> WHITE;
            case "gray", "grey" -> new Rgb(128, 128, 128);
            default -> throw new MediaException("'" + text + "' is not a colour: write black, white, gray or six digits such as #87ceeb");
        };
    }

    /** Writes the three bytes at an offset. */
    void put(byte[] data, int offset) {
        data[offset] = (byte) red;
        data[offset + 1] = (byte) green;
        data[offset + 2] = (byte) blue;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
    }
}
