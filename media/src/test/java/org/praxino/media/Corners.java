package org.praxino.media;

import java.util.List;

/** A picture whose corners tell how it lies: red, green, blue and white when upright. */
final class Corners {
    static final String UPRIGHT = "RGBW";

    /** Corners as stored, for each of EXIF's orientations 1 to 8 (EXIF 2.32: which side row 0 and column 0 are). */
    static final List<String> STORED = List.of("RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "GWRB", "WGBR", "BRWG");

    private Corners() {}

    /** What is stored for an orientation 1 to 8 of a picture that is 96x64 when upright. */
    static Frame stored(int orientation) {
        return orientation < 5 ? of(STORED.get(orientation - 1), 96, 64) : of(STORED.get(orientation - 1), 64, 96);
    }

    /** A quarter of the picture for each letter: top left, top right, bottom left, bottom right. */
    static Frame of(String corners, int width, int height) {
        var data = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i += 3) {
                char colour = corners.charAt((y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1));
                data[i] = (byte) (colour == 'R' || colour == 'W' ? 255 : 0);
                data[i + 1] = (byte) (colour == 'G' || colour == 'W' ? 255 : 0);
                data[i + 2] = (byte) (colour == 'B' || colour == 'W' ? 255 : 0);
            }
        }
        return new Frame(width, height, 3, data);
    }

    /** The letters of a decoded picture. */
    static String read(Frame frame) {
        var letters = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            int x = frame.width() * (i % 2 == 0 ? 1 : 3) / 4;
            int y = frame.height() * (i < 2 ? 1 : 3) / 4;
            boolean red = frame.at(x, y, 0) > 128;
            boolean green = frame.at(x, y, 1) > 128;
            boolean blue = frame.at(x, y, 2) > 128;
            letters.append(red && green && blue ? 'W' : red && !green && !blue ? 'R' : green && !red && !blue ? 'G' : blue && !red && !green ? 'B' : '?');
        }
        return letters.toString();
    }
}
