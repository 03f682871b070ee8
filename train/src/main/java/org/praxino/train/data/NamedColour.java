package org.praxino.train.data;

import java.util.random.RandomGenerator;

/** Named colours; each draw varies the shade slightly. */
enum NamedColour {
    RED("red", 0xD93A34), ORANGE("orange", 0xF28A2E), YELLOW("yellow", 0xF6D84A), GREEN("green", 0x3FA34D), DARK_GREEN("dark green", 0x1F5A33),
    LIGHT_GREEN("light green", 0xA9DDA0), TURQUOISE("turquoise", 0x3FC1C0), LIGHT_BLUE("light blue", 0xA6D3F2), BLUE("blue", 0x2F6FD6),
    DARK_BLUE("dark blue", 0x17306B), PURPLE("purple", 0x7B3FA8), PINK("pink", 0xF29BC1), BROWN("brown", 0x7A4B2C), BEIGE("beige", 0xE9DCC0),
    LIGHT_GREY("light grey", 0xD5D7DA), GREY("grey", 0x8C9096), DARK_GREY("dark grey", 0x43464B), BLACK("black", 0x0B0B0D), WHITE("white", 0xFFFFFF);

    final String word;
    private final int rgb;

    NamedColour(String word, int rgb) {
        this.word = word;
        this.rgb = rgb;
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
