package org.praxino.stream;

import java.util.List;
import org.praxino.diffusion.GuidedBy;
import org.praxino.media.Frame;
import org.praxino.tensor.UserException;

/**
 * Frames that a clip is made around, by the condition mask of W.A.L.T 3.3. All are RGB of the model's size.
 *
 * @param part which frames are known
 * @param guidedBy what guidance leads away from
 */
public record GivenVideo(Part part, GuidedBy guidedBy) {

    /** What is known. */
    public sealed interface Part {}

    /** The clip begins with these: frame prediction, extension. @param frames 1 + 4k */
    public record Start(List<Frame> frames) implements Part {
        public Start {
            frames = counted(frames);
        }
    }

    /** The clip ends with these, but for the first of them. @param frames 1 + 4k; a single one stands still for the last four frames */
    public record End(List<Frame> frames) implements Part {
        public End {
            frames = counted(frames);
        }
    }

    /** The clip leads from one picture to another, which stands still for the last four frames. */
    public record Ends(Frame first, Frame last) implements Part {}

    /** The clip is these frames, made anew where {@code mask} is white. @param frames of the whole clip @param mask black where they stay */
    public record Region(List<Frame> frames, Frame mask) implements Part {
        public Region {
            frames = counted(frames);
        }
    }

    /**
     * The clip at half the size, for a super-resolution model (W.A.L.T 3.5).
     *
     * @param frames of half the model's width and height, as many as the clip has
     * @param noise level of the noise that is added to them, on 0..1000: more lets the model invent more
     */
    public record HalfSize(List<Frame> frames, double noise) implements Part {
        /** Ours: the paper does not give the level used in sampling. */
        public static final double USUAL_NOISE = 100;

        public HalfSize {
            frames = counted(frames);
            if (!(noise >= 0 && noise < 1000)) {
                throw new UserException("a noise level of " + noise + " is not possible: give 0 to below 1000");
            }
        }
    }

    private static List<Frame> counted(List<Frame> frames) {
        if (frames.size() % 4 != 1) {
            int below = Math.max(1, (frames.size() - 1) / 4 * 4 + 1);
            throw new UserException(frames.size() + " given frames are not 1 + 4k: the nearest are " + below + " and " + (below + 4));
        }
        return List.copyOf(frames);
    }
}
