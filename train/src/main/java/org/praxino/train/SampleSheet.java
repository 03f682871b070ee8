package org.praxino.train;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.praxino.io.AtomicFiles;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;

/** A grid of frames as a PNG, with a line of text below it. */
public final class SampleSheet {
    private final int columns;
    private final int width;
    private final int height;
    private final List<byte[]> cells = new ArrayList<>();

    /** @param width of a cell @param height of a cell */
    public SampleSheet(int columns, int width, int height) {
        this.columns = columns;
        this.width = width;
        this.height = height;
    }

    /** Adds the next cell, filling rows from the left. @param frame [3, H, W] in [-1, 1] */
    public void add(Tensor frame) {
        cells.add(frame.permute(1, 2, 0).add(1).mul(127.5).round().clamp(0, 255).to(DType.U8).toByteArray());
    }

    public void write(Path png, String caption) {
        int rows = (cells.size() + columns - 1) / columns;
        var image = new BufferedImage(columns * width, rows * height + 16, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < cells.size(); i++) {
            byte[] c = cells.get(i);
            int x0 = i % columns * width;
            int y0 = i / columns * height;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int p = 3 * (y * width + x);
                    image.setRGB(x0 + x, y0 + y, (c[p] & 255) << 16 | (c[p + 1] & 255) << 8 | c[p + 2] & 255);
                }
            }
        }
        var g = image.createGraphics();
        g.drawString(caption, 4, rows * height + 12);
        g.dispose();
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicFiles.writeBytes(png, bytes.toByteArray());
    }
}
