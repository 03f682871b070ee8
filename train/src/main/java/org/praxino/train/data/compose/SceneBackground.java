package org.praxino.train.data.compose;

import java.util.List;

/** Backgrounds of composed clips, each with its caption phrases. */
sealed interface SceneBackground {

    /** Paints [H, W, 3] floats, 0 to 255. */
    void paint(float[] canvas, int height, int width);

    /** Caption phrases, to append to a caption. */
    List<String> words();

    /** One colour. */
    record Plain(NamedColour colour, float[] shade) implements SceneBackground {
        @Override
        public void paint(float[] canvas, int height, int width) {
            for (int i = 0; i < height * width; i++) {
                set(canvas, i, shade);
            }
        }

        @Override
        public List<String> words() {
            String c = colour.word;
            return List.of("on " + a(c) + " background", "against " + a(c) + " background", "in front of " + a(c) + " background",
                    "with " + a(c) + " background", c + " background");
        }
    }

    /** One colour fading into another, from top to bottom or from left to right. */
    record Gradient(NamedColour first, float[] firstShade, NamedColour second, float[] secondShade, boolean topToBottom) implements SceneBackground {
        @Override
        public void paint(float[] canvas, int height, int width) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    float u = topToBottom ? (y + 0.5f) / height : (x + 0.5f) / width;
                    for (int c = 0; c < 3; c++) {
                        canvas[(y * width + x) * 3 + c] = firstShade[c] + u * (secondShade[c] - firstShade[c]);
                    }
                }
            }
        }

        @Override
        public List<String> words() {
            String sides = topToBottom
                    ? first.word + " at the top to " + second.word + " at the bottom"
                    : first.word + " on the left to " + second.word + " on the right";
            return List.of("on a gradient background from " + sides, "with a background fading from " + sides,
                    "on " + a(first.word) + " to " + second.word + " gradient background",
                    "on " + a(first.word) + " and " + second.word + " gradient");
        }
    }

    /** A checkerboard of two colours with {@code cells} squares across. */
    record Checkered(NamedColour first, float[] firstShade, NamedColour second, float[] secondShade, int cells) implements SceneBackground {
        @Override
        public void paint(float[] canvas, int height, int width) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    boolean even = (x * cells / width + y * cells / width) % 2 == 0;
                    set(canvas, y * width + x, even ? firstShade : secondShade);
                }
            }
        }

        @Override
        public List<String> words() {
            String c = first.word + " and " + second.word;
            return List.of("on a checkered " + c + " background", "on " + a(c) + " checkerboard", "with a checkered background, " + c);
        }
    }

    /** Flat ground below a flat sky, the horizon at {@code horizon} of the height. */
    record Scene(Landscape landscape, float[] ground, float[] sky, double horizon) implements SceneBackground {
        enum Landscape {
            GRASS("green grass under a blue sky", NamedColour.GREEN, NamedColour.LIGHT_BLUE),
            SAND("sand under a blue sky", NamedColour.BEIGE, NamedColour.LIGHT_BLUE),
            SNOW("snow under a grey sky", NamedColour.WHITE, NamedColour.GREY),
            NIGHT("dark ground under a night sky", NamedColour.DARK_GREY, NamedColour.DARK_BLUE),
            SEA("blue water under a pink sky", NamedColour.BLUE, NamedColour.PINK);

            final String words;
            final NamedColour ground;
            final NamedColour sky;

            Landscape(String words, NamedColour ground, NamedColour sky) {
                this.words = words;
                this.ground = ground;
                this.sky = sky;
            }
        }

        @Override
        public void paint(float[] canvas, int height, int width) {
            int line = (int) Math.round(horizon * height);
            for (int i = 0; i < height * width; i++) {
                set(canvas, i, i / width < line ? sky : ground);
            }
        }

        @Override
        public List<String> words() {
            String[] parts = landscape.words.split(" under ");
            return List.of("on " + landscape.words, "with " + parts[0] + " and " + parts[1] + " behind");
        }
    }

    private static void set(float[] canvas, int pixel, float[] shade) {
        canvas[3 * pixel] = shade[0];
        canvas[3 * pixel + 1] = shade[1];
        canvas[3 * pixel + 2] = shade[2];
    }

    private static String a(String word) {
        return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
    }
}
