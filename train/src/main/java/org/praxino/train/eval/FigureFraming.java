package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.train.data.PromptAttribute;

/**
 * Shows the figure of a clip as plain clips do: on white, in the middle, at full size. So features of a composed clip can be compared with
 * those of the plain clips of a data set.
 */
final class FigureFraming {
    /** Longer side of a figure at full size, as a share of the frame: what the emoji set has. */
    private static final double FULL_SIDE = 0.94;

    private FigureFraming() {}

    /**
     * The frames with their figure alone; of several copies, the largest piece. The scale is one for the whole clip, the place is
     * followed.
     */
    static List<Frame> framed(List<Frame> clip, PromptAttribute attribute) {
        boolean copies = attribute instanceof PromptAttribute.Count;
        List<Figure> figures = clip.stream().map(frame -> AttributeJudge.figure(frame, attribute)).toList();
        List<Optional<Figure.Box>> boxes = figures.stream().map(figure -> figure.box(copies)).toList();
        int side = boxes.stream().flatMap(Optional::stream).mapToInt(Figure.Box::side).max().orElse(0);
        var out = new ArrayList<Frame>();
        for (int t = 0; t < clip.size(); t++) {
            Frame frame = clip.get(t);
            out.add(boxes.get(t).isEmpty() ? Frame.filled(frame.width(), frame.height(), Rgb.WHITE)
                    : framed(frame, figures.get(t), boxes.get(t).get(), side, copies));
        }
        return out;
    }

    private static Frame framed(Frame frame, Figure figure, Figure.Box box, int side, boolean alone) {
        int height = frame.height();
        int width = frame.width();
        double perPixel = side / (FULL_SIDE * Math.min(height, width)); // pixels of the source for one of the result
        double middleX = (box.left() + box.right()) / 2.0;
        double middleY = (box.top() + box.bottom()) / 2.0;
        byte[] rgb = new byte[height * width * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double sx = middleX + (x + 0.5 - width / 2.0) * perPixel - 0.5;
                double sy = middleY + (y + 0.5 - height / 2.0) * perPixel - 0.5;
                for (int c = 0; c < 3; c++) {
                    rgb[(y * width + x) * 3 + c] = (byte) Math.round(bilinear(frame, figure, alone ? box : null, sx, sy, c));
                }
            }
        }
        return new Frame(width, height, 3, rgb);
    }

    private static double bilinear(Frame frame, Figure figure, Figure.@Nullable Box only, double x, double y, int channel) {
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double fx = x - x0;
        double fy = y - y0;
        return (1 - fy) * ((1 - fx) * at(frame, figure, only, x0, y0, channel) + fx * at(frame, figure, only, x0 + 1, y0, channel))
                + fy * ((1 - fx) * at(frame, figure, only, x0, y0 + 1, channel) + fx * at(frame, figure, only, x0 + 1, y0 + 1, channel));
    }

    private static int at(Frame frame, Figure figure, Figure.@Nullable Box only, int x, int y, int channel) {
        boolean inside = x >= 0 && y >= 0 && x < frame.width() && y < frame.height()
                && (only == null || x >= only.left() && x < only.right() && y >= only.top() && y < only.bottom());
        return inside && figure.has(x, y) ? frame.at(x, y, channel) : 255;
    }
}
