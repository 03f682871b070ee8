package org.praxino.media;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A contact sheet: a row of frames for each clip, with an optional caption. */
public final class ContactSheet {
    private static final int GAP = 4;
    private static final int LABEL = 18;
    /** A sheet that would be larger is a mistake. */
    private static final long LARGEST = 200_000_000;

    private record Row(String label, List<Frame> frames) {}

    private final int cell;
    private final Rgb background;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param cell longest side of a frame on the sheet, in pixels; larger frames are scaled down, smaller ones left as they are
     * @param background between the frames and behind transparent pixels
     */
    public ContactSheet(int cell, Rgb background) {
        if (cell < 8) {
            throw new IllegalArgumentException("cells of " + cell + " pixels are too small: at least 8");
        }
        this.cell = cell;
        this.background = background;
    }

    /** Adds a row of frames, side by side. An empty label takes no room. */
    public ContactSheet row(String label, List<Frame> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("the row '" + label + "' has no frames");
        }
        rows.add(new Row(label, frames.stream().map(this::small).toList()));
        return this;
    }

    /** So many frames, evenly spaced, the first and the last among them. */
    public static List<Frame> spread(List<Frame> frames, int most) {
        if (frames.size() <= most) {
            return frames;
        }
        var chosen = new ArrayList<Frame>(most);
        for (int i = 0; i < most; i++) {
            chosen.add(frames.get(most == 1 ? 0 : (int) Math.round(i * (frames.size() - 1.0) / (most - 1))));
        }
        return chosen;
    }

    private Frame small(Frame frame) {
        Frame flat = FrameAlpha.over(frame, background);
        double scale = cell / (double) Math.max(frame.width(), frame.height());
        return scale >= 1 ? flat : FrameResizer.resize(flat, Math.max(1, (int) Math.round(frame.width() * scale)),
                Math.max(1, (int) Math.round(frame.height() * scale)));
    }

    /** The sheet as one frame. */
    public Frame draw() {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("a contact sheet needs at least one row of frames");
        }
        int width = 0;
        int height = GAP;
        for (Row row : rows) {
            width = Math.max(width, GAP + row.frames.stream().mapToInt(frame -> frame.width() + GAP).sum());
            height += labelHeight(row) + rowHeight(row) + GAP;
        }
        if ((long) width * height > LARGEST) {
            throw new MediaException("a contact sheet of " + width + "x" + height + " is too large: use fewer frames or smaller cells");
        }
        Frame sheet = Frame.filled(width, height, background);
        int y = GAP;
        for (Row row : rows) {
            if (!row.label.isEmpty()) {
                write(sheet, row.label, y);
            }
            y += labelHeight(row);
            int x = GAP;
            for (Frame frame : row.frames) {
                paste(frame, sheet, x, y);
                x += frame.width() + GAP;
            }
            y += rowHeight(row) + GAP;
        }
        return sheet;
    }

    /** Draws the sheet into a PNG file, whatever its name. */
    public void save(Path png, WriteOptions options) {
        try (var writer = VideoWriter.open(png, OutputFormat.PNG, options)) {
            writer.write(draw());
            writer.finish();
        }
    }

    private static int labelHeight(Row row) {
        return row.label.isEmpty() ? 0 : LABEL;
    }

    private static int rowHeight(Row row) {
        return row.frames.stream().mapToInt(Frame::height).max().orElse(0);
    }

    private static void paste(Frame frame, Frame sheet, int x, int y) {
        int row = frame.width() * 3;
        for (int r = 0; r < frame.height(); r++) {
            System.arraycopy(frame.data(), r * row, sheet.data(), sheet.offset(x, y + r), row);
        }
    }

    /** Draws a line of text into the strip at y. A host without fonts gets a sheet without words. */
    private void write(Frame sheet, String label, int y) {
        BufferedImage strip;
        try {
            strip = strip(sheet.width(), label);
        } catch (InternalError | LinkageError e) {
            return;
        }
        for (int r = 0; r < LABEL; r++) {
            for (int x = 0; x < sheet.width(); x++) {
                int rgb = strip.getRGB(x, r);
                new Rgb(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff).put(sheet.data(), sheet.offset(x, y + r));
            }
        }
    }

    private BufferedImage strip(int width, String label) {
        var strip = new BufferedImage(width, LABEL, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = strip.createGraphics();
        try {
            graphics.setColor(new Color(background.red(), background.green(), background.blue()));
            graphics.fillRect(0, 0, width, LABEL);
            boolean dark = background.red() * 3 + background.green() * 6 + background.blue() < 1280;
            graphics.setColor(dark ? Color.WHITE : Color.BLACK);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
            FontMetrics metrics = graphics.getFontMetrics();
            graphics.drawString(shortened(label, metrics, width - 2 * GAP), GAP, LABEL - 5);
            return strip;
        } finally {
            graphics.dispose();
        }
    }

    /** What does not fit ends in dots. */
    private static String shortened(String label, FontMetrics metrics, int room) {
        String text = label;
        while (!text.isEmpty() && metrics.stringWidth(text) > room) {
            text = text.substring(0, text.offsetByCodePoints(text.length(), text.endsWith("...") ? -4 : -1)) + "...";
            if (text.equals("...")) {
                return "";
            }
        }
        return text;
    }
}
