package org.praxino.train.data;

/**
 * Composites a straight-alpha RGBA8 image over a float canvas at a {@link Pose}.
 *
 * <p>The picture is premultiplied, halved by area averages until no more than twice too large, then sampled bilinearly; outside of it is
 * transparent. Scratch memory is kept: one object a rendering.
 */
final class AlphaCompositor {

    private final int height;
    private final int width;
    private final float[][] levels;
    private final float[] row;

    /** For pictures and canvases of this size. */
    AlphaCompositor(int height, int width) {
        this.height = height;
        this.width = width;
        this.levels = new float[][] {new float[height * width * 4], new float[height * width], new float[height * width / 4]};
        this.row = new float[width * 4];
    }

    void paint(byte[] rgba, int offset, Pose pose, float[] canvas) {
        premultiply(rgba, offset, levels[0]);
        if (pose.equals(Pose.FULL)) {
            paintWhole(levels[0], canvas);
            return;
        }
        int level = 0;
        double scale = pose.scale();
        while (scale <= 0.55 && level < 2 && (height >> level) % 2 == 0 && (width >> level) % 2 == 0) {
            halve(levels[level], height >> level, width >> level, levels[level + 1]);
            level++;
            scale *= 2;
        }
        if (pose.angle() == 0) {
            paintScaled(levels[level], height >> level, width >> level, pose, canvas);
        } else {
            paintRotated(levels[level], height >> level, width >> level, pose, canvas);
        }
    }

    // c * a / 255, and a / 255
    private static void premultiply(byte[] rgba, int offset, float[] out) {
        for (int i = 0; i < out.length; i += 4) {
            float alpha = (rgba[offset + i + 3] & 255) * (1f / 255);
            out[i] = (rgba[offset + i] & 255) * alpha;
            out[i + 1] = (rgba[offset + i + 1] & 255) * alpha;
            out[i + 2] = (rgba[offset + i + 2] & 255) * alpha;
            out[i + 3] = alpha;
        }
    }

    private static void halve(float[] in, int h, int w, float[] out) {
        int rowLength = w * 4;
        for (int y = 0; y < h / 2; y++) {
            for (int x = 0; x < w / 2; x++) {
                int p = 2 * y * rowLength + 8 * x;
                int q = (y * (w / 2) + x) * 4;
                for (int c = 0; c < 4; c++) {
                    out[q + c] = 0.25f * (in[p + c] + in[p + c + 4] + in[p + c + rowLength] + in[p + c + rowLength + 4]);
                }
            }
        }
    }

    private static void paintWhole(float[] picture, float[] canvas) {
        for (int i = 0, p = 0, q = 0; i < picture.length / 4; i++, p += 4, q += 3) {
            float through = 1 - picture[p + 3];
            canvas[q] = picture[p] + through * canvas[q];
            canvas[q + 1] = picture[p + 1] + through * canvas[q + 1];
            canvas[q + 2] = picture[p + 2] + through * canvas[q + 2];
        }
    }

    private void paintScaled(float[] picture, int h, int w, Pose pose, float[] canvas) {
        double tall = pose.scale() * height;
        double wide = pose.scale() * width;
        double top = pose.y() * height - tall / 2;
        double left = pose.x() * width - wide / 2;
        double perY = h / tall;
        double perX = w / wide;
        int firstY = Math.max(0, (int) Math.floor(top - 0.5 / perY));
        int lastY = Math.min(height - 1, (int) Math.ceil(top + tall + 0.5 / perY));
        int firstX = Math.max(0, (int) Math.floor(left - 0.5 / perX));
        int lastX = Math.min(width - 1, (int) Math.ceil(left + wide + 0.5 / perX));
        int rowLength = w * 4;
        for (int y = firstY; y <= lastY; y++) {
            double v = (y + 0.5 - top) * perY - 0.5;
            int y0 = (int) Math.floor(v);
            if (y0 < -1 || y0 >= h) {
                continue;
            }
            blendRows(picture, y0, (float) (v - y0), h, rowLength);
            for (int x = firstX; x <= lastX; x++) {
                double s = (x + 0.5 - left) * perX - 0.5;
                int x0 = (int) Math.floor(s);
                if (x0 < -1 || x0 >= w) {
                    continue;
                }
                float fx = (float) (s - x0);
                float near = x0 >= 0 ? 1 - fx : 0;
                float far = x0 + 1 < w ? fx : 0;
                int p = Math.max(x0, 0) * 4;
                int n = Math.min(x0 + 1, w - 1) * 4;
                float through = 1 - near * row[p + 3] - far * row[n + 3];
                int q = (y * width + x) * 3;
                canvas[q] = near * row[p] + far * row[n] + through * canvas[q];
                canvas[q + 1] = near * row[p + 1] + far * row[n + 1] + through * canvas[q + 1];
                canvas[q + 2] = near * row[p + 2] + far * row[n + 2] + through * canvas[q + 2];
            }
        }
    }

    private void paintRotated(float[] picture, int h, int w, Pose pose, float[] canvas) {
        double perY = h / (pose.scale() * height);
        double perX = w / (pose.scale() * width);
        double cos = Math.cos(pose.angle());
        double sin = Math.sin(pose.angle());
        for (int y = 0; y < height; y++) {
            double dy = y + 0.5 - pose.y() * height;
            for (int x = 0; x < width; x++) {
                double dx = x + 0.5 - pose.x() * width;
                double s = (cos * dx + sin * dy) * perX + w / 2.0 - 0.5;
                double v = (cos * dy - sin * dx) * perY + h / 2.0 - 0.5;
                int x0 = (int) Math.floor(s);
                int y0 = (int) Math.floor(v);
                if (x0 < -1 || x0 >= w || y0 < -1 || y0 >= h) {
                    continue;
                }
                float fx = (float) (s - x0);
                float fy = (float) (v - y0);
                int q = (y * width + x) * 3;
                float alpha = bilinear(picture, h, w, x0, y0, fx, fy, 3);
                for (int c = 0; c < 3; c++) {
                    canvas[q + c] = bilinear(picture, h, w, x0, y0, fx, fy, c) + (1 - alpha) * canvas[q + c];
                }
            }
        }
    }

    private static float bilinear(float[] picture, int h, int w, int x, int y, float fx, float fy, int channel) {
        return (1 - fy) * ((1 - fx) * at(picture, h, w, x, y, channel) + fx * at(picture, h, w, x + 1, y, channel))
                + fy * ((1 - fx) * at(picture, h, w, x, y + 1, channel) + fx * at(picture, h, w, x + 1, y + 1, channel));
    }

    private static float at(float[] picture, int h, int w, int x, int y, int channel) {
        return x < 0 || y < 0 || x >= w || y >= h ? 0 : picture[(y * w + x) * 4 + channel];
    }

    // row <- (1 - f) * picture[y0] + f * picture[y0 + 1], rows outside the picture being transparent
    private void blendRows(float[] picture, int y0, float f, int h, int rowLength) {
        float near = y0 >= 0 ? 1 - f : 0;
        float far = y0 + 1 < h ? f : 0;
        int a = Math.max(y0, 0) * rowLength;
        int b = Math.min(y0 + 1, h - 1) * rowLength;
        for (int i = 0; i < rowLength; i++) {
            row[i] = near * picture[a + i] + far * picture[b + i];
        }
    }
}
