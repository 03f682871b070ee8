package org.praxino.train.data.compose;

import java.util.List;
import java.util.random.RandomGenerator;

/** Named colours; each draw varies the shade slightly. */
public enum NamedColour {
    RED("red", 0xD93A34), ORANGE("orange", 0xF28A2E), YELLOW("yellow", 0xF6D84A), GREEN("green", 0x3FA34D), DARK_GREEN("dark green", 0x1F5A33),
    LIGHT_GREEN("light green", 0xA9DDA0), TURQUOISE("turquoise", 0x3FC1C0), LIGHT_BLUE("light blue", 0xA6D3F2), BLUE("blue", 0x2F6FD6),
    DARK_BLUE("dark blue", 0x17306B), PURPLE("purple", 0x7B3FA8), PINK("pink", 0xF29BC1), BROWN("brown", 0x7A4B2C), BEIGE("beige", 0xE9DCC0),
    LIGHT_GREY("light grey", 0xD5D7DA), GREY("grey", 0x8C9096), DARK_GREY("dark grey", 0x43464B), BLACK("black", 0x0B0B0D), WHITE("white", 0xFFFFFF);

    /** Colours that differ by hue, for recoloured objects. */
    public static final List<NamedColour> HUES = List.of(RED, ORANGE, YELLOW, GREEN, TURQUOISE, BLUE, PURPLE, PINK);

    public final String word;
    private final int rgb;

    NamedColour(String word, int rgb) {
        this.word = word;
        this.rgb = rgb;
    }

    /** Its middle shade: three channels, 0 to 255. */
    public int[] rgb() {
        return new int[] {rgb >> 16, (rgb >> 8) & 255, rgb & 255};
    }

    /** Hue of the middle shade, 0 (red) to 6. */
    public float hue() {
        return hue(rgb());
    }

    /** Hue of a colour, 0 (red) to 6; 0 for greys. @param c three channels, 0 to 255 */
    public static float hue(int[] c) {
        int high = Math.max(c[0], Math.max(c[1], c[2]));
        float range = high - Math.min(c[0], Math.min(c[1], c[2]));
        if (range == 0) {
            return 0;
        }
        float hue = high == c[0] ? (c[1] - c[2]) / range : high == c[1] ? 2 + (c[2] - c[0]) / range : 4 + (c[0] - c[1]) / range;
        return (hue + 6) % 6;
    }

    /** Saturation of the middle shade in the HSL model, 0 to 1. */
    float saturation() {
        int[] c = rgb();
        int high = Math.max(c[0], Math.max(c[1], c[2]));
        int low = Math.min(c[0], Math.min(c[1], c[2]));
        return high == low ? 0 : (high - low) / (255f - Math.abs(high + low - 255));
    }

    /** A shade of it: three channels, 0 to 255. White is always pure white. */
    float[] shade(RandomGenerator random) {
        int reach = this == WHITE ? 0 : this == BLACK ? 8 : 14;
        double lighter = random.nextDouble(-1, 1) * reach;
        float[] out = new float[3];
        for (int c = 0; c < 3; c++) {
            double own = random.nextDouble(-1, 1) * reach * 0.5;
            out[c] = (float) Math.clamp(((rgb >> (16 - 8 * c)) & 255) + lighter + own, 0.0, 255.0);
        }
        if (this == WHITE) {
            return new float[] {255, 255, 255};
        }
        return out;
    }
}
