package org.praxino.media;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Made-up clips for the tests, and ways to compare them. */
final class Clips {
    static final GeneratedMetadata METADATA = new GeneratedMetadata(
            "a red ball & a \"blue\" <sky>, señor \u2603 \ud83c\udfa1", 1234567890123L, "emoji-128", "sha256:0123abcd", "0.1.0",
            new TreeMap<>(java.util.Map.of("steps", "50", "guidance", "6.0")));

    private Clips() {}

    /** A red disc with soft edge that drifts over a blue-to-white slope above a green floor. */
    static List<Frame> ball(int frames, int width, int height) {
        var clip = new ArrayList<Frame>();
        for (int t = 0; t < frames; t++) {
            double phase = frames == 1 ? 0 : t / (double) frames;
            double cx = width * (0.2 + 0.6 * phase);
            double cy = height * (0.5 - 0.2 * Math.sin(phase * Math.PI));
            double radius = Math.min(width, height) * 0.18;
            var data = new byte[width * height * 3];
            for (int y = 0, i = 0; y < height; y++) {
                for (int x = 0; x < width; x++, i += 3) {
                    double down = y / (double) height;
                    double[] rgb = down > 0.8 ? new double[] {40, 150, 60} : new double[] {60 + 180 * down, 120 + 120 * down, 250};
                    double cover = Math.clamp(radius - Math.hypot(x + 0.5 - cx, y + 0.5 - cy) + 0.5, 0, 1);
                    double[] ball = {220, 40, 30};
                    for (int c = 0; c < 3; c++) {
                        data[i + c] = (byte) Math.round(rgb[c] * (1 - cover) + ball[c] * cover);
                    }
                }
            }
            clip.add(new Frame(width, height, 3, data));
        }
        return clip;
    }

    /** The same disc on nothing: RGBA, with partly transparent edge pixels. */
    static List<Frame> floating(int frames, int width, int height) {
        var clip = new ArrayList<Frame>();
        for (int t = 0; t < frames; t++) {
            double cx = width * (0.2 + 0.6 * t / frames);
            double radius = Math.min(width, height) * 0.3;
            var data = new byte[width * height * 4];
            for (int y = 0, i = 0; y < height; y++) {
                for (int x = 0; x < width; x++, i += 4) {
                    double cover = Math.clamp(radius - Math.hypot(x + 0.5 - cx, y + 0.5 - height / 2.0) + 0.5, 0, 1);
                    data[i] = (byte) (cover > 0 ? 220 : 0);
                    data[i + 1] = (byte) (cover > 0 ? 40 : 0);
                    data[i + 2] = (byte) (cover > 0 ? 30 : 0);
                    data[i + 3] = (byte) Math.round(255 * cover);
                }
            }
            clip.add(new Frame(width, height, 4, data));
        }
        return clip;
    }

    /** Peak signal-to-noise ratio in dB over all frames; infinite when they are equal. */
    static double psnr(List<Frame> a, List<Frame> b) {
        double squares = 0;
        long count = 0;
        for (int t = 0; t < a.size(); t++) {
            byte[] x = a.get(t).data();
            byte[] y = b.get(t).data();
            if (x.length != y.length) {
                throw new AssertionError("frame " + t + " differs in size: " + a.get(t).size() + " and " + b.get(t).size());
            }
            for (int i = 0; i < x.length; i++) {
                double difference = (x[i] & 0xff) - (y[i] & 0xff);
                squares += difference * difference;
            }
            count += x.length;
        }
        return 10 * Math.log10(255.0 * 255.0 * count / squares);
    }

    static void write(java.nio.file.Path file, List<Frame> frames, WriteOptions options) {
        try (var writer = VideoWriter.open(file, options)) {
            frames.forEach(writer::write);
            writer.finish();
        }
    }
}
