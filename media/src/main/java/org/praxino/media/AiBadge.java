package org.praxino.media;

/** A visible "AI" badge in the lower right corner, scaled with the frame. */
public final class AiBadge {
    private static final String[] LETTERS = {
        ".###..#",
        "#...#.#",
        "#...#.#",
        "#####.#",
        "#...#.#",
        "#...#.#",
        "#...#.#",
    };

    private static final int BORDER = 2;

    /** Pictures up to this high have letters of single pixels. */
    private static final double DOT = 96;

    private static final double SHADE = 0.3;
    private static final int WHITE = 245;

    private AiBadge() {}

    /** A copy of {@code frame} with the badge; alpha is opaque where it is. */
    public static Frame drawOn(Frame frame) {
        byte[] data = frame.data().clone();
        int dot = (int) Math.max(1, Math.round(Math.min(frame.width(), frame.height()) / DOT));
        int wide = (LETTERS[0].length() + 2 * BORDER) * dot;
        int high = (LETTERS.length + 2 * BORDER) * dot;
        int left = frame.width() - wide - dot;
        int top = frame.height() - high - dot;
        for (int y = Math.max(0, top); y < Math.min(frame.height(), top + high); y++) {
            for (int x = Math.max(0, left); x < Math.min(frame.width(), left + wide); x++) {
                boolean letter = letter((y - top) / dot - BORDER, (x - left) / dot - BORDER);
                int at = frame.offset(x, y);
                for (int c = 0; c < 3; c++) {
                    data[at + c] = (byte) (letter ? WHITE : (int) ((data[at + c] & 0xff) * SHADE));
                }
                if (frame.hasAlpha()) {
                    data[at + 3] = (byte) 255;
                }
            }
        }
        return new Frame(frame.width(), frame.height(), frame.channels(), data);
    }

    private static boolean letter(int row, int column) {
        return row >= 0 && row < LETTERS.length && column >= 0 && column < LETTERS[0].length() && LETTERS[row].charAt(column) == '#';
    }
}
