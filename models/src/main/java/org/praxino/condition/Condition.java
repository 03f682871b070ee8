package org.praxino.condition;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/** What the video should show. B batch elements, T latent frames, S text tokens, M distinct texts. */
public sealed interface Condition {
    /** No condition: every network has a learned value for it. */
    record None() implements Condition {}

    /**
     * Token states of a text encoder. An element whose mask has no true entry is unconditional: the network then uses its learned
     * null text.
     *
     * @param states [M, S, Dt]
     * @param mask [M, S], true (or 1) where a token is real
     * @param rows [B, T] I64, which of the M texts each latent frame follows (a stack of images has a text an image), or null when
     *     text b belongs to all frames of element b and M = B
     */
    record Text(Tensor states, Tensor mask, @Nullable Tensor rows) implements Condition {
        public Text {
            if (states.dim() != 3) {
                throw new ShapeException("text states", "[M, S, Dt]", states.shape());
            }
            if (mask.dim() != 2 || mask.size(0) != states.size(0) || mask.size(1) != states.size(1)) {
                throw new ShapeException(
                        "text mask", "[" + states.size(0) + ", " + states.size(1) + "]", mask.shape());
            }
            if (rows != null && rows.dim() != 2) {
                throw new ShapeException("text rows", "[B, T]", rows.shape());
            }
        }

        public Text(Tensor states, Tensor mask) {
            this(states, mask, null);
        }

        /** This condition with the texts of the given numbers dropped. @param drop length M */
        public Text dropped(boolean... drop) {
            float[] keep = new float[drop.length];
            for (int i = 0; i < keep.length; i++) {
                keep[i] = drop[i] ? 0 : 1;
            }
            Tensor factor = Tensor.of(keep, keep.length, 1).to(mask.device()); // [M, 1]
            return new Text(states, mask.to(DType.F32).mul(factor), rows);
        }

        /** This condition with every text dropped. */
        public Text unconditional() {
            return new Text(states, mask.to(DType.F32).mul(0), rows);
        }
    }

    /** Class numbers from 0. @param ids [B] or [B, T] I64; -1 stands for none */
    record ClassLabel(Tensor ids) implements Condition {
        public ClassLabel {
            if (ids.dim() != 1 && ids.dim() != 2) {
                throw new ShapeException("class ids", "[B] or [B, T]", ids.shape());
            }
        }

        /** This condition with every class dropped. */
        public ClassLabel unconditional() {
            return new ClassLabel(ids.mul(0).sub(1).to(DType.I64));
        }
    }

    /**
     * One condition for the elements of {@code a} followed by those of {@code b}, as guidance needs it. Texts are padded to one
     * length; {@code None} beside a text or nothing else becomes that family's dropped value.
     *
     * @throws IllegalArgumentException when the two are of families that cannot be joined
     */
    static Condition concat(Condition a, Condition b) {
        return switch (a) {
            case None n -> switch (b) {
                case None m -> n;
                case Text t -> concat(t.unconditional(), t);
                case ClassLabel c -> concat(c.unconditional(), c);
            };
            case Text t -> switch (b) {
                case None n -> concat(t, t.unconditional());
                case Text u -> joined(t, u);
                case ClassLabel c -> throw new IllegalArgumentException("text and class labels cannot be joined");
            };
            case ClassLabel c -> switch (b) {
                case ClassLabel d -> new ClassLabel(Tensor.cat(0, c.ids, d.ids));
                case None n -> concat(c, c.unconditional());
                case Text t -> throw new IllegalArgumentException("text and class labels cannot be joined");
            };
        };
    }

    /** The condition of elements {@code from .. from + count - 1} of a batch. */
    default Condition rows(int from, int count) {
        return switch (this) {
            case None n -> n;
            case Text t -> t.rows == null
                    ? new Text(t.states.narrow(0, from, count), t.mask.narrow(0, from, count))
                    : new Text(t.states, t.mask, t.rows.narrow(0, from, count));
            case ClassLabel c -> new ClassLabel(c.ids.narrow(0, from, count));
        };
    }

    private static Text joined(Text a, Text b) {
        long length = Math.max(a.states.size(1), b.states.size(1));
        Tensor rows = null;
        if (a.rows != null && b.rows != null) {
            rows = Tensor.cat(0, a.rows, b.rows.add(a.states.size(0)).to(DType.I64));
        } else if (a.rows != null || b.rows != null) {
            throw new IllegalArgumentException("one text condition says its text per frame and the other does not");
        }
        return new Text(
                Tensor.cat(0, padded(a.states, length), padded(b.states, length)),
                Tensor.cat(0, padded(a.mask.to(DType.F32), length), padded(b.mask.to(DType.F32), length)),
                rows);
    }

    private static Tensor padded(Tensor t, long length) {
        long missing = length - t.size(1);
        if (missing == 0) {
            return t;
        }
        long[] shape = t.shape();
        shape[1] = missing;
        return Tensor.cat(1, t, Tensor.zeros(t.dtype(), t.device(), shape));
    }

    /** One class number an element. */
    static ClassLabel classes(Device device, long... ids) {
        return new ClassLabel(Tensor.of(ids, ids.length).to(device));
    }
}
