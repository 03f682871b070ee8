package org.praxino.train.eval;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.praxino.media.Frame;
import org.praxino.train.data.compose.NamedColour;
import org.praxino.train.data.compose.PromptAttribute;
import org.praxino.train.data.compose.PromptAttribute.RelativeSize.Scale;

/** Judges by rules on pixels whether a clip shows the attribute in its prompt. */
final class AttributeJudge {
    static final int[] WHITE = {255, 255, 255};

    /** Side lengths, as shares of the full size, that part tiny from small, small from ordinary, and ordinary from large. */
    private static final double[] SIZES = {0.315, 0.7, 1.06};

    /** How far from the middle a centre counts as at a side, and how far it must move to count as moved; shares of the frame. */
    private static final double AT_A_SIDE = 0.08;
    private static final double MOVED = 0.12;

    private AttributeJudge() {}

    /** What stands out in a frame that {@code attribute} was asked of: from white, or from the colour along the border. */
    static Figure figure(Frame frame, PromptAttribute attribute) {
        return Figure.on(frame, attribute instanceof PromptAttribute.BackgroundColour ? Figure.borderColour(frame) : WHITE);
    }

    /**
     * Whether a clip shows the attribute. Its first, middle and last frame are judged; what can differ from frame to frame is judged
     * by their majority.
     *
     * @param plainArea share of the frame that the thing covers at full size
     */
    static boolean holds(PromptAttribute attribute, List<Frame> clip, double plainArea) {
        List<Figure> figures = Stream.of(clip.getFirst(), clip.get(clip.size() / 2), clip.getLast())
                .map(frame -> figure(frame, attribute)).toList();
        return switch (attribute) {
            case PromptAttribute.Colour(NamedColour colour) -> most(figures.stream().map(f -> f.area() > 0 && f.hue() == colour).toList());
            case PromptAttribute.Count(int count) -> most(figures.stream().map(f -> f.count() == count).toList());
            case PromptAttribute.RelativeSize(Scale scale) -> most(figures.stream().map(f -> f.area() > 0 && scale(f, plainArea) == scale).toList());
            case PromptAttribute.Place(int column, int row) -> most(figures.stream().map(f ->
                    f.area() > 0 && side(f.centre()[0]) == column && side(f.centre()[1]) == row).toList());
            case PromptAttribute.BackgroundColour(NamedColour colour) ->
                    nearest(Figure.borderColour(clip.get(clip.size() / 2))) == colour;
            case PromptAttribute.Direction(int dx, int dy) -> moved(figures.getFirst().centre(), figures.getLast().centre(), dx, dy);
        };
    }

    private static boolean most(List<Boolean> each) {
        return each.stream().filter(b -> b).count() * 2 > each.size();
    }

    private static Scale scale(Figure figure, double plainArea) {
        double side = Math.sqrt(figure.area() / plainArea);
        return side < SIZES[0] ? Scale.TINY : side < SIZES[1] ? Scale.SMALL : side > SIZES[2] || figure.touchesAllEdges() ? Scale.LARGE
                : Scale.ORDINARY;
    }

    private static int side(double centre) {
        return centre < 0.5 - AT_A_SIDE ? -1 : centre > 0.5 + AT_A_SIDE ? 1 : 0;
    }

    private static NamedColour nearest(int[] rgb) {
        return Arrays.stream(NamedColour.values())
                .min(Comparator.comparingDouble(colour -> {
                    int[] c = colour.rgb();
                    return Math.pow(rgb[0] - c[0], 2) + Math.pow(rgb[1] - c[1], 2) + Math.pow(rgb[2] - c[2], 2);
                }))
                .orElseThrow();
    }

    private static boolean moved(double[] from, double[] to, int dx, int dy) {
        double along = (to[0] - from[0]) * dx + (to[1] - from[1]) * dy;
        double across = Math.abs((to[0] - from[0]) * dy) + Math.abs((to[1] - from[1]) * dx);
        return along > MOVED && along > across;
    }
}
