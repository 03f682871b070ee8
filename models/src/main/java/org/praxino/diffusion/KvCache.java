package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * KV cache of a causal stream: keys and values of the first {@code sink} latent frames (attention sink, or sink tokens) and of the last
 * {@code window} ones, in memory that is allocated once. A new frame evicts the oldest frame of the window. The host knows which slot holds
 * which frame, so nothing is read back from a device.
 *
 * <p>Keys are cached without their rotary embedding, which is applied when they are read. So positions can be counted among the
 * cached frames, from 0, and stay in the range that the network was trained on however long the stream is.
 *
 * <p>R rows (batch × windows), L tokens of a row in one latent frame, N heads, D head width.
 */
public final class KvCache implements AutoCloseable {
    /**
     * @param layers layers that attend over time
     * @param rows R
     * @param tokens L
     * @param heads N
     * @param headDim D
     * @param dtype of what is kept
     * @param device where it is kept
     */
    public record Layout(int layers, long rows, int tokens, int heads, int headDim, DType dtype, Device device) {}

    /** How latent frames are numbered for position embeddings. */
    public enum Positions {
        /** Among the frames that are still held, from 0: a stream never leaves the range that the network was trained on. */
        HELD,
        /** From the stream's first frame, as in Self-Forcing's own program: the same as long as nothing has been dropped. */
        STREAM
    }

    private static final int EMPTY = -1;

    private final Layout layout;
    private final int sink;
    private final int window;
    private final List<Tensor> keys = new ArrayList<>(); // each [R, slots·L, N, D]
    private final List<Tensor> values = new ArrayList<>();
    private final @Nullable Tensor[] rotated; // keys with their rotary embedding, each [R, (slots + tail)·L, N, D], and room for a block behind them
    private final boolean[] fresh; // whether those are right; until the next commit
    private int tail; // frames that fit behind the slots
    private final int[] frameOf; // frame that each slot holds
    private int arrived; // frames committed since the last clear
    private int next; // number of the frame that comes next
    private Positions numbering = Positions.HELD;

    /** @param sink frames kept forever, from the first on @param window most recent frames kept beside them; one of the two above 0 */
    public KvCache(Layout layout, int sink, int window) {
        if (sink < 0 || window < 0 || sink + window < 1) {
            throw new UserException("a cache of " + sink + " sink frames and a window of " + window
                    + " is impossible: both must be 0 or more, and one of them 1 or more");
        }
        this.layout = layout;
        this.sink = sink;
        this.window = window;
        this.rotated = new Tensor[layout.layers];
        this.fresh = new boolean[layout.layers];
        this.frameOf = new int[sink + window];
        Arrays.fill(frameOf, EMPTY);
        for (int i = 0; i < layout.layers; i++) {
            keys.add(Tensor.zeros(layout.dtype, layout.device, layout.rows, (long) (sink + window) * layout.tokens, layout.heads, layout.headDim).own());
            values.add(read(0));
        }
    }

    /** For what attention reads: a view [R, (slots + tail)·L, N, D] of memory in which a head's rows are neighbours. */
    private Tensor read(int tail) {
        try (var scope = Scope.open("cache")) {
            long slots = (long) (sink + window + tail) * layout.tokens;
            return Tensor.zeros(layout.dtype, layout.device, layout.rows, layout.heads, slots, layout.headDim).transpose(1, 2).own();
        }
    }

    /**
     * @param firstFrame number of the first frame of a pass
     * @param rows R of the pass
     * @param tokens L of the pass
     * @param layers of the network that attend over time
     * @throws UserException when the pass does not continue from what is held, or is of another shape
     */
    public void check(int firstFrame, long rows, int tokens, int layers) {
        if (next != firstFrame) {
            throw new UserException("the cache continues at latent frame " + next + ", but frame " + firstFrame + " was asked for");
        }
        if (layout.rows != rows || layout.tokens != tokens || layout.layers != layers) {
            throw new UserException("the cache was opened for " + layout.rows + " rows of " + layout.tokens + " tokens a frame and "
                    + layout.layers + " layers, but the latent has " + rows + " of " + tokens + " and the network " + layers);
        }
    }

    public Layout layout() {
        return layout;
    }

    public int sink() {
        return sink;
    }

    public int window() {
        return window;
    }

    /** Number of the latent frame that comes next, counted from the stream's first. */
    public int next() {
        return next;
    }

    /** Latent frames that can be seen now. */
    public int held() {
        return Math.min(arrived, sink + window);
    }

    /** Number of the frame in each held slot, in the order of {@link #keys} and {@link #values}. */
    public int[] frames() {
        return Arrays.copyOf(frameOf, held());
    }

    /** Numbers frames for position embeddings in another way. @return this */
    public KvCache numbered(Positions positions) {
        numbering = positions;
        return this;
    }

    /** Position of the frame that comes next. */
    public int nextPosition() {
        return numbering == Positions.HELD ? held() : next;
    }

    /** Position of each held frame, in the order of {@link #keys} and {@link #values}. */
    public int[] positions() {
        int[] frames = frames();
        return numbering == Positions.STREAM ? frames : IntStream.of(frames).map(f -> (int) IntStream.of(frames).filter(g -> g < f).count()).toArray();
    }

    /** Keys as they were written: a view [R, held·L, N, D], valid until the next {@link #write}. */
    public Tensor keys(int layer) {
        return keys.get(layer).narrow(1, 0, (long) held() * layout.tokens);
    }

    /** Keys and values, each [R, (held + frames)·L, N, D]; valid until the next call for the same layer. */
    public record KeyValues(Tensor keys, Tensor values) {}

    /**
     * What a block sees: what is held, then itself. Without gradients the block is put behind what is held, in memory that is taken at
     * the first block, so that nothing held is copied for it.
     *
     * @param rotate applies the rotary embedding to the kept keys; applied once a block
     * @param k of the block, rotated, [R, frames·L, N, D]
     * @param v of the block, [R, frames·L, N, D]
     */
    public KeyValues visible(int layer, UnaryOperator<Tensor> rotate, Tensor k, Tensor v) {
        if (held() == 0) {
            return new KeyValues(k, v);
        }
        long seen = (long) held() * layout.tokens;
        long own = k.size(1);
        if (Grad.isOn() || k.dtype() != layout.dtype || v.dtype() != layout.dtype) {
            Tensor before = rotated(layer, rotate).narrow(1, 0, seen);
            return new KeyValues(Tensor.cat(1, before.to(k.dtype()), k), Tensor.cat(1, values(layer).to(v.dtype()), v));
        }
        makeRoom((int) Math.ceilDiv(own, layout.tokens));
        Tensor allKeys = rotated(layer, rotate).narrow(1, 0, seen + own);
        Tensor allValues = values.get(layer).narrow(1, 0, seen + own);
        allKeys.narrow(1, seen, own).copyFrom(k);
        allValues.narrow(1, seen, own).copyFrom(v);
        return new KeyValues(allKeys, allValues);
    }

    private Tensor rotated(int layer, UnaryOperator<Tensor> rotate) {
        Tensor known = rotated[layer];
        if (known == null) {
            known = read(tail);
            rotated[layer] = known;
        }
        if (!fresh[layer]) {
            try (var guard = Grad.off();
                    var scope = Scope.open("rotated keys")) {
                known.narrow(1, 0, (long) held() * layout.tokens).copyFrom(rotate.apply(keys(layer)));
            }
            fresh[layer] = true;
        }
        return known;
    }

    /** Room for a block of {@code frames} behind what is held, of all layers. */
    private void makeRoom(int frames) {
        if (frames <= tail) {
            return;
        }
        tail = frames;
        for (int i = 0; i < layout.layers; i++) {
            try (var scope = Scope.open("room")) {
                Tensor more = read(tail);
                slots(more).copyFrom(slots(values.get(i)));
                values.get(i).close();
                values.set(i, more);
                Tensor before = rotated[i];
                if (before != null) { // they stay rotated: who asked isRotated() before rotates nothing
                    Tensor moved = read(tail);
                    slots(moved).copyFrom(slots(before));
                    before.close();
                    rotated[i] = moved;
                }
            }
        }
    }

    /** Without the room behind them. */
    private Tensor slots(Tensor all) {
        return all.narrow(1, 0, (long) (sink + window) * layout.tokens);
    }

    /** Whether all keys lie rotated, so that {@link #visible} has nothing to rotate. */
    public boolean isRotated() {
        for (boolean f : fresh) {
            if (!f) {
                return false;
            }
        }
        return true;
    }

    /** A view [R, held·L, N, D], valid until the next {@link #write}. */
    public Tensor values(int layer) {
        return values.get(layer).narrow(1, 0, (long) held() * layout.tokens);
    }

    /**
     * Keeps a block's keys and values. They can be seen after {@link #commit}; what they displace is gone at once.
     *
     * @param k [R, frames·L, N, D], not rotated
     * @param v [R, frames·L, N, D]
     */
    public void write(int layer, Tensor k, Tensor v) {
        int frames = (int) (k.size(1) / layout.tokens);
        try (var guard = Grad.off();
                var scope = Scope.open("cache write")) {
            for (int from = 0, until; from < frames; from = until) {
                int slot = slot(arrived + from);
                until = from + 1;
                while (slot != EMPTY && until < frames && slot(arrived + until) == slot + until - from) {
                    until++; // slots in a row are one copy
                }
                if (slot != EMPTY) {
                    copy(keys.get(layer), slot, k, from, until - from);
                    copy(values.get(layer), slot, v, from, until - from);
                }
            }
        }
    }

    private void copy(Tensor to, int slot, Tensor block, int from, int frames) {
        long l = layout.tokens;
        to.narrow(1, slot * l, frames * l).copyFrom(block.narrow(1, from * l, frames * l));
    }

    /** Makes {@code frames} frames that all layers have written visible. */
    public void commit(int frames) {
        for (int i = 0; i < frames; i++) {
            int slot = slot(arrived + i);
            if (slot != EMPTY) {
                frameOf[slot] = next + i;
            }
        }
        arrived += frames;
        next += frames;
        invalidateRotated();
    }

    /** The slot of a frame: the window is a ring, whose oldest frame is evicted. Nowhere when the sink is full and there is no window. */
    private int slot(int arrival) {
        return arrival < sink + window ? arrival : window == 0 ? EMPTY : sink + (arrival - sink) % window;
    }

    /** Drops all frames; the next one committed will be number {@code frame}. */
    public void clear(int frame) {
        Arrays.fill(frameOf, EMPTY);
        arrived = 0;
        next = frame;
        invalidateRotated();
    }

    /** The next frame committed will be number {@code frame}, which must not lie before one that is held. */
    public void skipTo(int frame) {
        if (IntStream.of(frames()).anyMatch(f -> f >= frame)) {
            throw new IllegalArgumentException("frame " + frame + " lies before one that is held: " + Arrays.toString(frames()));
        }
        next = frame;
    }

    /** The same frames in memory of their own. */
    public KvCache copy() {
        var other = new KvCache(layout, sink, window).numbered(numbering);
        try (var scope = Scope.open("cache copy")) {
            other.restore(state());
        }
        return other;
    }

    /** Everything there is to keep, by name; views that are valid until the next {@link #write}. */
    public Map<String, Tensor> state() {
        var state = new LinkedHashMap<String, Tensor>();
        for (int i = 0; i < layout.layers; i++) {
            state.put("keys." + i, keys.get(i));
            state.put("values." + i, slots(values.get(i)));
        }
        long[] counters = new long[2 + frameOf.length];
        counters[0] = arrived;
        counters[1] = next;
        for (int i = 0; i < frameOf.length; i++) {
            counters[2 + i] = frameOf[i];
        }
        state.put("frames", Tensor.of(counters));
        return state;
    }

    /** @throws UserException when {@code state} is that of a cache of another shape; then nothing has changed */
    public void restore(Map<String, Tensor> state) {
        var saved = new ArrayList<Tensor>(); // keys and values of each layer
        for (int i = 0; i < layout.layers; i++) {
            for (String name : List.of("keys." + i, "values." + i)) {
                Tensor t = state.get(name);
                if (t == null || !Arrays.equals(t.shape(), keys.get(i).shape())) { // values have as many slots
                    throw new UserException("the saved cache does not fit: " + name + " is "
                            + (t == null ? "missing" : Arrays.toString(t.shape())) + ", expected " + Arrays.toString(keys.get(i).shape()));
                }
                saved.add(t);
            }
        }
        Tensor frames = state.get("frames");
        if (frames == null || frames.numel() != 2 + frameOf.length) {
            throw new UserException("the saved cache does not fit: it does not say which " + frameOf.length + " frames it holds");
        }
        for (int i = 0; i < layout.layers; i++) {
            keys.get(i).copyFrom(saved.get(2 * i));
            slots(values.get(i)).copyFrom(saved.get(2 * i + 1));
        }
        long[] counters = frames.toLongArray();
        arrived = (int) counters[0];
        next = (int) counters[1];
        for (int i = 0; i < frameOf.length; i++) {
            frameOf[i] = (int) counters[2 + i];
        }
        invalidateRotated();
    }

    /** Bytes that {@link #keys} and {@link #values} of all layers take, without what {@link #visible} needs beside them: half as much, and a block. */
    public long bytes() {
        return 2L * layout.layers * layout.rows * (sink + window) * layout.tokens * layout.heads * layout.headDim * layout.dtype.bytes();
    }

    private void invalidateRotated() {
        Arrays.fill(fresh, false);
    }

    @Override
    public void close() {
        for (Tensor t : rotated) {
            if (t != null) {
                t.close();
            }
        }
        keys.forEach(Tensor::close);
        values.forEach(Tensor::close);
    }
}
