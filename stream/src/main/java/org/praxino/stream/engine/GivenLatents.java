package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.GivenFrames;
import org.praxino.condition.GivenMask;
import org.praxino.media.Frame;
import org.praxino.stream.GivenVideo;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Given frames as latents with a mask (W.A.L.T 3.3). */
final class GivenLatents {
    private final Networks networks;

    GivenLatents(Networks networks) {
        this.networks = networks;
    }

    /** The mask that training must have known. */
    static GivenMask kind(GivenVideo.Part part) {
        return switch (part) {
            case GivenVideo.Start s -> GivenMask.FIRST;
            case GivenVideo.End e -> GivenMask.LAST;
            case GivenVideo.Ends e -> GivenMask.ENDS;
            case GivenVideo.Region r -> GivenMask.REGION;
            case GivenVideo.HalfSize h -> throw new IllegalArgumentException("a clip at half the size is no mask");
        };
    }

    /** @throws UserException when sizes do not fit, or nothing is left to make in {@code frames} frames */
    void check(GivenVideo.Part part, int frames) {
        var size = networks.info().size();
        switch (part) {
            case GivenVideo.Start s -> checkSome(s.frames(), frames);
            case GivenVideo.End e -> checkSome(e.frames(), frames);
            case GivenVideo.Ends e -> checkSome(List.of(e.first(), e.last()), frames - still());
            case GivenVideo.Region r -> {
                if (r.frames().size() != frames) {
                    throw new UserException("a clip of " + r.frames().size() + " frames is repainted as it is, not as one of " + frames);
                }
                r.frames().forEach(f -> networks.checkSize(f, "a frame of the clip"));
                networks.checkSize(r.mask(), "the mask");
                if (known(r.mask()).stream().allMatch(k -> k)) {
                    throw new UserException("the mask has nothing white: paint white what is to be made anew");
                }
            }
            case GivenVideo.HalfSize h -> {
                if (h.frames().size() != frames) {
                    throw new UserException("a clip of " + h.frames().size() + " frames is enlarged as it is, not as one of " + frames);
                }
                Frame one = h.frames().getFirst();
                if (2 * one.width() != size.width() || 2 * one.height() != size.height()) {
                    throw new UserException("this model makes " + size.width() + "x" + size.height() + " of clips of " + size.width() / 2 + "x" + size.height() / 2
                            + ", not of " + one.width() + "x" + one.height());
                }
            }
        }
    }

    private void checkSome(List<Frame> given, int frames) {
        given.forEach(f -> networks.checkSize(f, "a given frame"));
        if (given.size() >= frames) {
            throw new UserException(given.size() + " given frames leave nothing of a clip of " + frames + " frames: give fewer, or ask for more frames");
        }
    }

    /** @param shape [1, C, T, H, W] of the clip */
    GivenFrames of(GivenVideo.Part part, long[] shape) {
        int latents = (int) shape[2];
        return switch (part) {
            case GivenVideo.Start s -> frames(networks.encode(s.frames()), 0, shape);
            case GivenVideo.End e -> {
                Tensor end = end(e.frames());
                yield frames(end, latents - (int) end.size(2), shape);
            }
            case GivenVideo.Ends e -> {
                Tensor first = networks.encode(List.of(e.first()));
                Tensor last = end(List.of(e.last()));
                Tensor between = Tensor.zeros(DType.F32, networks.device(), 1, shape[1], latents - 2L, shape[3], shape[4]);
                float[] mask = new float[latents];
                mask[0] = 1;
                mask[latents - 1] = 1;
                yield new GivenFrames(Tensor.cat(2, Tensor.cat(2, first, between), last), Tensor.of(mask, 1, 1, latents, 1, 1).to(networks.device()));
            }
            case GivenVideo.Region r -> new GivenFrames(networks.encode(r.frames()), mask(r.mask(), shape));
            case GivenVideo.HalfSize h -> throw new IllegalArgumentException("a clip at half the size is no mask");
        };
    }

    /** Latent frames at the start of a clip. @param first [1, C, k, H, W] */
    GivenFrames first(Tensor first, long[] shape) {
        return frames(first, 0, shape);
    }

    /** Frames of a picture that stands still: a first one, and those of a latent frame. */
    private int still() {
        return 1 + networks.codec().timeFactor();
    }

    /** All latent frames but the first, which stands for one picture alone. */
    private Tensor end(List<Frame> frames) {
        Tensor all = networks.encode(frames.size() == 1 ? Collections.nCopies(still(), frames.getFirst()) : frames);
        return all.narrow(2, 1, all.size(2) - 1);
    }

    private GivenFrames frames(Tensor given, int at, long[] shape) {
        int latents = (int) shape[2];
        int count = (int) given.size(2);
        var parts = new ArrayList<Tensor>();
        for (int length : new int[] {at, latents - at - count}) {
            if (length > 0) {
                parts.add(Tensor.zeros(DType.F32, networks.device(), 1, shape[1], length, shape[3], shape[4]));
            }
        }
        parts.add(at == 0 ? 0 : 1, given);
        float[] mask = new float[latents];
        java.util.Arrays.fill(mask, at, at + count, 1);
        return new GivenFrames(Tensor.cat(parts, 2), Tensor.of(mask, 1, 1, latents, 1, 1).to(networks.device()));
    }

    private Tensor mask(Frame mask, long[] shape) {
        List<Boolean> known = known(mask);
        int area = known.size();
        float[] values = new float[(int) shape[2] * area];
        for (int i = 0; i < values.length; i++) {
            values[i] = known.get(i % area) ? 1 : 0;
        }
        return Tensor.of(values, 1, 1, shape[2], shape[3], shape[4]).to(networks.device());
    }

    /** Latent positions without a white pixel, row by row. */
    private List<Boolean> known(Frame mask) {
        int f = networks.codec().spaceFactor();
        var known = new ArrayList<Boolean>();
        for (int y = 0; y < mask.height(); y += f) {
            for (int x = 0; x < mask.width(); x += f) {
                boolean white = false;
                for (int i = 0; i < f * f; i++) {
                    white |= isWhite(mask, y + i / f, x + i % f);
                }
                known.add(!white);
            }
        }
        return known;
    }

    private static boolean isWhite(Frame mask, int y, int x) {
        return (mask.data()[(y * mask.width() + x) * mask.channels()] & 255) > 127;
    }

    /** The clip with the pixels that stay as they were. */
    static List<Frame> kept(GivenVideo.@Nullable Part part, List<Frame> made) {
        if (!(part instanceof GivenVideo.Region r)) {
            return made;
        }
        var out = new ArrayList<Frame>();
        for (int t = 0; t < made.size(); t++) {
            Frame now = made.get(t);
            byte[] data = r.frames().get(t).data().clone();
            for (int i = 0; i < now.width() * now.height(); i++) {
                if (isWhite(r.mask(), i / now.width(), i % now.width())) {
                    System.arraycopy(now.data(), 3 * i, data, 3 * i, 3);
                }
            }
            out.add(new Frame(now.width(), now.height(), 3, data));
        }
        return out;
    }
}
