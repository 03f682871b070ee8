package org.praxino.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Owns the weights of one network under their published names. Layers ask for each weight where they are built, so building the network
 * loads it; {@link #finish} then reports everything that was missing, unexpected or mis-shaped at once.
 */
public final class Params implements AutoCloseable {
    private final Root root;
    private final String prefix;

    private static final class Root {
        final Map<String, Tensor> all = new LinkedHashMap<>();
        final List<String> problems = new ArrayList<>();
        final Device device;
        final DType dtype;
        final @Nullable WeightSource source;
        final long seed;
        final String what;
        final List<Runnable> packed = new ArrayList<>(); // free what is packed
        boolean trainable;
        boolean counting;
        boolean partial; // weights that the source lacks are drawn
        boolean frozen;

        Root(@Nullable WeightSource source, long seed, Device device, DType dtype, String what) {
            this.source = source;
            this.seed = seed;
            this.device = device;
            this.dtype = dtype;
            this.what = what;
        }
    }

    private Params(Root root, String prefix) {
        this.root = root;
        this.prefix = prefix;
    }

    /** Weights read from {@code source}, cast and moved. @param what named in errors, e.g. the file */
    public static Params load(WeightSource source, Device device, DType dtype, String what) {
        return new Params(new Root(source, 0, device, dtype, what), "");
    }

    /** Fresh fp32 weights; each is drawn from a stream of its own name, so their order does not matter. */
    public static Params initialise(long seed, Device device) {
        return new Params(new Root(null, seed, device, DType.F32, "initialisation"), "");
    }

    /**
     * Fresh fp32 weights, but taken from {@code source} wherever it has the name and the shape: fine-tuning, inflation.
     * {@link #finish} does not complain about the rest.
     */
    public static Params initialiseFrom(WeightSource source, long seed, Device device) {
        Params params = new Params(new Root(source, seed, device, DType.F32, "initialisation"), "");
        params.root.partial = true;
        return params;
    }

    /**
     * Weights that have shapes and no values (one shared zero each): for counting the parameters of a network of any size.
     * {@link #count} is as it would be; nothing can be computed with them.
     */
    public static Params counting() {
        Params params = new Params(new Root(null, 0, Device.CPU, DType.F32, "counting"), "");
        params.root.counting = true;
        return params;
    }

    /** These weights will never change: layers may keep them a second time, in the order that this device is fastest with. */
    public Params frozen() {
        root.frozen = true;
        return this;
    }

    /**
     * A linear layer in the order that this device is fastest with, owned here; null unless these weights are {@linkplain #frozen frozen}
     * and there is such an order.
     *
     * @param weight [O, I] @param bias [O] or null
     */
    public @Nullable PackedLinear packed(Tensor weight, @Nullable Tensor bias) {
        PackedLinear packed = root.frozen && !root.counting ? PackedLinear.of(weight, bias) : null;
        if (packed != null) {
            root.packed.add(packed::close);
        }
        return packed;
    }

    /** As {@link #packed}, a convolution. @param weight [O, C, kt, k, k] @param bias [O] or null */
    public @Nullable PackedConv packedConv(Tensor weight, @Nullable Tensor bias) {
        PackedConv packed = root.frozen && !root.counting ? PackedConv.of(weight, bias) : null;
        if (packed != null) {
            root.packed.add(packed::close);
        }
        return packed;
    }

    /** The same weights seen from below {@code name}. */
    public Params at(String name) {
        return new Params(root, prefix + name + ".");
    }

    /** The weight {@code name} of the given shape. */
    public Tensor get(String name, Init init, long... shape) {
        String full = prefix + name;
        if (root.all.containsKey(full)) {
            throw new IllegalStateException("weight " + full + " asked for twice");
        }
        try (var guard = Grad.off();
                var scope = Scope.open("weight " + full)) {
            if (root.counting) {
                Tensor shaped = Tensor.zeros(root.dtype, root.device, 1).expand(shape).own();
                root.all.put(full, shaped);
                return shaped;
            }
            Tensor found = fetch(full, init, shape);
            Tensor value = found.to(root.device).to(root.dtype).contiguous();
            Tensor own = (value.sharesMemoryWith(found) ? value.copy() : value).own();
            root.all.put(full, own);
            return own;
        }
    }

    private Tensor fetch(String full, Init init, long[] shape) {
        WeightSource source = root.source;
        boolean partial = root.partial;
        if (source != null && source.names().contains(full)) {
            if (Arrays.equals(source.shape(full), shape)) {
                return source.view(full);
            }
            if (!partial) {
                root.problems.add("mis-shaped " + full + ": " + Arrays.toString(source.shape(full)) + ", expected "
                        + Arrays.toString(shape));
            }
        } else if (source != null && !partial) {
            root.problems.add("missing " + full + " " + Arrays.toString(shape));
        }
        if (source != null && !partial) {
            return Tensor.zeros(root.dtype, Device.CPU, shape);
        }
        return init.draw(RandomStream.of(root.seed, "init/" + full), shape);
    }

    /**
     * Checks that every weight was found and every weight found was used.
     *
     * @throws WeightException listing all that do not fit
     */
    public void finish() {
        finish(name -> false);
    }

    /** As {@link #finish()}, not complaining about names that {@code ignore} accepts. */
    public void finish(java.util.function.Predicate<String> ignore) {
        WeightSource source = root.source;
        if (source == null || root.partial) {
            return;
        }
        for (String name : new TreeSet<>(source.names())) {
            if (!root.all.containsKey(name) && !ignore.test(name)) {
                root.problems.add("unexpected " + name + " " + Arrays.toString(source.shape(name)));
            }
        }
        if (!root.problems.isEmpty()) {
            close();
            throw new WeightException(
                    root.what + " does not fit the network, " + root.problems.size() + " problem(s): "
                            + String.join("; ", root.problems));
        }
    }

    /** Name to weight, in the order they were asked for. */
    public Map<String, Tensor> all() {
        return Collections.unmodifiableMap(root.all);
    }

    public Collection<Tensor> tensors() {
        return Collections.unmodifiableCollection(root.all.values());
    }

    public long count() {
        return root.all.values().stream().mapToLong(Tensor::numel).sum();
    }

    public Device device() {
        return root.device;
    }

    public DType dtype() {
        return root.dtype;
    }

    /** Whether gradients are wanted for all weights. */
    public Params trainable(boolean on) {
        if (on && root.frozen) {
            throw new IllegalStateException(root.what + " was opened for use alone: its weights cannot be trained");
        }
        root.trainable = on;
        root.all.values().forEach(t -> t.requiresGrad(on));
        return this;
    }

    @Override
    public void close() {
        root.packed.forEach(Runnable::run);
        root.packed.clear();
        root.all.values().forEach(Tensor::close);
        root.all.clear();
    }
}
