package org.praxino.examples;

import java.awt.Dimension;
import java.awt.Graphics;
import java.awt.image.BufferedImage;
import javax.swing.JFrame;
import javax.swing.JPanel;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.stream.VideoModel;

/** A window that plays a stream: {@code SwingViewer "a beating heart"}. */
final class SwingViewer {
    private SwingViewer() {}

    /** Shows the latest frame, as large as the panel. */
    static final class Screen extends JPanel {
        private static final long serialVersionUID = 1;
        private transient @Nullable BufferedImage image;

        void show(Frame frame) {
            BufferedImage next = frame.toImage();
            SwingUtilities.invokeLater(() -> {
                image = next;
                repaint();
            });
        }

        @Override
        protected void paintComponent(Graphics graphics) {
            super.paintComponent(graphics);
            if (image != null) {
                graphics.drawImage(image, 0, 0, getWidth(), getHeight(), null);
            }
        }
    }

    static void main(String[] args) throws Exception {
        var screen = new Screen();
        screen.setPreferredSize(new Dimension(512, 512));
        SwingUtilities.invokeAndWait(() -> {
            var window = new JFrame("Praxino");
            window.setDefaultCloseOperation(WindowConstants.EXIT_ON_CLOSE);
            window.add(screen);
            window.pack();
            window.setVisible(true);
        });
        try (var model = VideoModel.open("emoji-128"); var stream = model.stream(args.length > 0 ? args[0] : "a beating heart")) {
            long due = System.nanoTime();
            for (Frame frame : stream) {
                screen.show(frame);
                due = Math.max(System.nanoTime(), due + Math.round(1e9 / model.info().size().fps()));
                Thread.sleep(java.time.Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            }
        }
    }
}
