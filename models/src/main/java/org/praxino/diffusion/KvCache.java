package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
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
 * Keys and values of the latent frames that later blocks may see: the first {@code sink} frames and the last {@code window} ones, in
 * memory that is taken once. Which slot holds which frame is known on the host alone, so nothing is ever read back from a device.
 *
 * <p>Keys are kept as they are before they are turned by their place, and turned when they are read. So places can be counted among the
 * frames that are still held, from 0, and never leave the range that the network was trained on however long the stream is.
 *
 * <p>R rows (batch × windows), L tokens of a row in one latent frame, N heads, D head width.
 */
public final class KvCache implements AutoCloseable {
    /**
     * @param layers layers that look over time
     * @param rows R
     * @param tokens L
     * @param heads N
     * @param headDim D
     * @param dtype of what is kept
     * @param device where it is kept
     */
    public record Layout(int layers, long rows, int tokens, int heads, int headDim, DType dtype, Device device) {}

    /** What a network remembers for the same stream beside keys and values, such as what it made of the prompt. */
    public interface Beside extends AutoCloseable {
        @Override
        void close();
    }

    private static final int EMPTY = -1;

    private final Layout layout;
    private final int sink;
    private final int window;
    private final List<Tensor> keys = new ArrayList<>(); // each [R, slots·L, N, D]
    private final List<Tensor> values = new ArrayList<>();
    private final @Nullable Tensor[] turned; // keys in their places, until the next commit
    private final int[] frameOf; // frame that each slot holds
    private int arrived; // frames committed since the last clear
    private int next; // number of the frame that comes next
    private @Nullable Beside beside; // owned

    /** @param sink frames kept for ever, from the first on @param window most recent frames kept beside them; one of the two above 0 */
    public KvCache(Layout layout, int sink, int window) {
        if (sink < 0 || window < 0 || sink + window < 1) {
            throw new UserException("a cache of " + sink + " sink frames and a window of " + window
                    + " is impossible: both must be 0 or more, and one of them 1 or more");
        }
        this.layout = layout;
        this.sink = sink;
        this.window = window;
        this.turned = new Tensor[layout.layers];
        this.frameOf = new int[sink + window];
        Arrays.fill(frameOf, EMPTY);
        for (int i = 0; i < layout.layers; i++) {
            keys.add(empty());
            values.add(empty());
        }
    }

    private Tensor empty() {
        long slots = (long) (sink + window) * layout.tokens;
        return Tensor.zeros(layout.dtype, layout.device, layout.rows, slots, layout.heads, layout.headDim).own();
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

    /** Place in time of each held slot among those held, from 0, in the order of {@link #keys} and {@link #values}. */
    public int[] places() {
        int[] frames = frames();
        return IntStream.of(frames).map(f -> (int) IntStream.of(frames).filter(g -> g < f).count()).toArray();
    }

    /** Keys as they were written: a view [R, held·L, N, D], valid until the next {@link #write}. */
    public Tensor keys(int layer) {
        return keys.get(layer).narrow(1, 0, (long) held() * layout.tokens);
    }

    /** As {@link #keys(int)} after {@code turn}, which is applied once a block; owned by the cache. */
    public Tensor keys(int layer, UnaryOperator<Tensor> turn) {
        Tensor known = turned[layer];
        if (known == null) {
            try (var guard = Grad.off();
                    var scope = Scope.open("turned keys")) {
                known = turn.apply(keys(layer)).own();
            }
            turned[layer] = known;
        }
        return known;
    }

    /** Whether all keys lie turned, so that {@link #keys(int, UnaryOperator)} calls nobody. */
    public boolean isTurned() {
        for (Tensor t : turned) {
            if (t == null) {
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
     * @param k [R, frames·L, N, D], not turned
     * @param v [R, frames·L, N, D]
     */
    public void write(int layer, Tensor k, Tensor v) {
        int l = layout.tokens;
        try (var guard = Grad.off();
                var scope = Scope.open("cache write")) {
            for (int i = 0; i < k.size(1) / l; i++) {
                long slot = slot(arrived + i);
                if (slot == EMPTY) {
                    continue;
                }
                keys.get(layer).narrow(1, slot * l, l).copyFrom(k.detach().narrow(1, (long) i * l, l));
                values.get(layer).narrow(1, slot * l, l).copyFrom(v.detach().narrow(1, (long) i * l, l));
            }
        }
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
        forgetTurned();
    }

    /** Where a frame is kept; nowhere when there is a full sink and no window. */
    private int slot(int arrival) {
        return arrival < sink + window ? arrival : window == 0 ? EMPTY : sink + (arrival - sink) % window;
    }

    /** Forgets all frames; the next one committed will be number {@code frame}. */
    public void clear(int frame) {
        Arrays.fill(frameOf, EMPTY);
        arrived = 0;
        next = frame;
        forgetTurned();
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
        var other = new KvCache(layout, sink, window);
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
            state.put("values." + i, values.get(i));
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
        for (int i = 0; i < layout.layers; i++) {
            for (String name : List.of("keys." + i, "values." + i)) {
                Tensor t = state.get(name);
                if (t == null || !Arrays.equals(t.shape(), keys.get(i).shape())) {
                    throw new UserException("the saved cache does not fit: " + name + " is "
                            + (t == null ? "missing" : Arrays.toString(t.shape())) + ", expected " + Arrays.toString(keys.get(i).shape()));
                }
            }
        }
        Tensor saved = state.get("frames");
        if (saved == null || saved.numel() != 2 + frameOf.length) {
            throw new UserException("the saved cache does not fit: it does not say which " + frameOf.length + " frames it holds");
        }
        for (int i = 0; i < layout.layers; i++) {
            keys.get(i).copyFrom(state.get("keys." + i));
            values.get(i).copyFrom(state.get("values." + i));
        }
        long[] counters = saved.toLongArray();
        arrived = (int) counters[0];
        next = (int) counters[1];
        for (int i = 0; i < frameOf.length; i++) {
            frameOf[i] = (int) counters[2 + i];
        }
        forgetTurned();
    }

    /** Bytes that {@link #keys} and {@link #values} of all layers take. */
    public long bytes() {
        return 2L * layout.layers * layout.rows * (sink + window) * layout.tokens * layout.heads * layout.headDim * layout.dtype.bytes();
    }

    /**
     * What the network remembers beside this, made when it is first asked for; closed with this, and not part of {@link #copy} and
     * {@link #state}: it must be something that can be made again.
     */
    public <T extends Beside> T beside(Class<T> kind, Supplier<T> make) {
        if (beside == null) {
            beside = make.get();
        }
        return kind.cast(beside);
    }

    private void forgetTurned() {
        for (int i = 0; i < turned.length; i++) {
            if (turned[i] != null) {
                turned[i].close();
                turned[i] = null;
            }
        }
    }

    @Override
    public void close() {
        forgetTurned();
        if (beside != null) {
            beside.close();
        }
        keys.forEach(Tensor::close);
        values.forEach(Tensor::close);
    }
}
