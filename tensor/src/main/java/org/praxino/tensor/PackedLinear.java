package org.praxino.tensor;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.ScriptTypeParser;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad.Strays;

/**
 * A linear layer whose weight lies in memory as oneDNN's kernels read it, so that it is not put in that order at every call: with few
 * tokens, as in a stream's block, that shows. For weights that do not change; without gradients. Owns a second copy of
 * the weight, which stays the caller's.
 */
public final class PackedLinear implements AutoCloseable {
    private static final String PACK = "mkldnn::_reorder_linear_weight";
    private static final String APPLY = "mkldnn::_linear_pointwise";

    private final OperatorHandle operator;
    private final IValue weight;
    private final IValue bias;
    private final IValue nothing;
    private final IValue scalars; // none
    private final IValue plain;

    private PackedLinear(Tensor weight, @Nullable Tensor bias) {
        try (var s = new Strays()) {
            Dispatcher all = Dispatcher.singleton();
            nothing = new IValue();
            Tensor packed = call(all.findSchemaOrThrow(PACK, ""), s.add(new IValue(weight.raw())), nothing);
            this.weight = new IValue(packed.raw());
            packed.close();
            this.bias = bias == null ? new IValue() : new IValue(bias.raw());
            operator = all.findSchemaOrThrow(APPLY, "");
            scalars = new IValue(s.add(new GenericList(s.add(s.add(new ScriptTypeParser()).parseType("Optional[number]")))));
            plain = new IValue("none");
        }
        for (Pointer held : held()) {
            held.retainReference();
        }
    }

    private Pointer[] held() {
        return new Pointer[] {operator, weight, bias, nothing, scalars, plain};
    }

    /** @param weight [O, I] @param bias [O] or null @return null where there is nothing to gain: on other devices than the CPU, and not in fp32 */
    public static @Nullable PackedLinear of(Tensor weight, @Nullable Tensor bias) {
        if (weight.device().isCuda() || weight.dtype() != DType.F32) {
            return null;
        }
        try (var guard = Grad.off();
                var scope = Scope.open("pack")) {
            return new PackedLinear(weight, bias);
        } catch (RuntimeException e) {
            return null; // a libtorch without oneDNN
        }
    }

    /** {@code x · weightᵀ + bias}. @param x [..., I], fp32 @return [..., O] */
    public Tensor apply(Tensor x) {
        try (var s = new Strays()) {
            return call(operator, s.add(new IValue(x.raw())), weight, bias, plain, scalars, nothing);
        }
    }

    /** As {@link #apply}, then GELU in its tanh approximation. */
    public Tensor applyGeluTanh(Tensor x) {
        Tensor y = apply(x);
        Tensor active = Gelu.tanh(y); // the kernel's own GELU takes longer than this
        y.close();
        return active;
    }

    private static Tensor call(OperatorHandle operator, IValue... arguments) {
        try (var s = new Strays()) {
            var stack = s.add(new IValueVector(arguments));
            operator.callBoxed(stack);
            return Tensor.wrap(new org.bytedeco.pytorch.Tensor(s.add(stack.get(0).toTensor()))); // the inner one dies with the stack
        }
    }

    @Override
    public void close() {
        for (Pointer held : held()) {
            held.deallocate();
        }
    }
}
