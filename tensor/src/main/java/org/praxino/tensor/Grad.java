package org.praxino.tensor;

import java.util.List;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Automatic differentiation: recording on and off, and gradients as values. */
public final class Grad {
    private Grad() {}

    /** A setting that is undone by close; thread-local, so close it on the same thread. */
    public interface Guard extends AutoCloseable {
        @Override
        void close();
    }

    /** Stops recording on this thread until closed. */
    public static Guard off() {
        return mode(false);
    }

    /** Records on this thread until closed, also inside {@link #off}. */
    public static Guard on() {
        return mode(true);
    }

    private static Guard mode(boolean enabled) {
        boolean before = GradMode.is_enabled();
        GradMode.set_enabled(enabled);
        return () -> GradMode.set_enabled(before);
    }

    /** Whether this thread records. */
    public static boolean isOn() {
        return GradMode.is_enabled();
    }

    /**
     * Gradient of the scalar {@code output} in {@code inputs}.
     *
     * @param createGraph whether the gradients can be differentiated again (R1 needs it)
     */
    public static List<Tensor> of(Tensor output, List<Tensor> inputs, boolean createGraph) {
        try (var strays = new NativeTemporaries()) {
            TensorVector out = strays.add(new TensorVector(output.raw()));
            TensorVector in = strays.add(Tensor.vector(inputs));
            TensorVector none = strays.add(new TensorVector());
            TensorVector grads = strays.add(torch.grad(
                    out, in, none, strays.add(new org.bytedeco.pytorch.BoolOptional(true)), createGraph, false));
            return Tensor.list(grads);
        }
    }

    /** Temporary libtorch objects of one call, released when it returns and not at the end of the enclosing scope. */
    static final class NativeTemporaries implements AutoCloseable {
        private final java.util.ArrayDeque<org.bytedeco.javacpp.Pointer> all = new java.util.ArrayDeque<>();

        <P extends org.bytedeco.javacpp.Pointer> P add(P pointer) {
            all.push(pointer);
            return pointer;
        }

        @Override
        public void close() {
            all.forEach(org.bytedeco.javacpp.Pointer::deallocate);
        }
    }
}
