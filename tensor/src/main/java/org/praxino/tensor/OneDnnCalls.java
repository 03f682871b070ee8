package org.praxino.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.ScriptTypeParser;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Grad.NativeTemporaries;

/** Calls oneDNN operators for which libtorch has no functions. */
final class OneDnnCalls implements AutoCloseable {
    private final List<Pointer> held = new ArrayList<>();

    OperatorHandle operator(String name) {
        return hold(Dispatcher.singleton().findSchemaOrThrow(name, ""));
    }

    IValue nothing() {
        return hold(new IValue());
    }

    IValue of(@Nullable Tensor t) {
        return hold(t == null ? new IValue() : new IValue(t.raw()));
    }

    IValue of(String text) {
        return hold(new IValue(text));
    }

    IValue number(long number) {
        return hold(new IValue(number));
    }

    /** An empty list. @param type of its elements, in TorchScript */
    IValue none(String type) {
        try (var s = new NativeTemporaries()) {
            return hold(new IValue(list(s, type)));
        }
    }

    IValue of(long... numbers) {
        try (var s = new NativeTemporaries()) {
            GenericList all = list(s, "int");
            for (long number : numbers) {
                all.push_back(s.add(new IValue(number)));
            }
            return hold(new IValue(all));
        }
    }

    private static GenericList list(NativeTemporaries s, String type) {
        return s.add(new GenericList(s.add(s.add(new ScriptTypeParser()).parseType(type))));
    }

    private <P extends Pointer> P hold(P pointer) {
        pointer.retainReference();
        held.add(pointer);
        return pointer;
    }

    /** Whether another order helps weights like these. */
    static boolean gains(Tensor weight) {
        return !weight.device().isCuda() && weight.dtype() == DType.F32;
    }

    /** Null where this libtorch has no oneDNN. */
    static <T> @Nullable T probe(Supplier<T> make) {
        try (var guard = Grad.off();
                var scope = Scope.open("pack")) {
            return make.get();
        } catch (RuntimeException e) {
            return null;
        }
    }

    /** In the caller's scope. */
    static Tensor call(OperatorHandle operator, IValue... arguments) {
        try (var s = new NativeTemporaries()) {
            var stack = s.add(new IValueVector(arguments));
            operator.callBoxed(stack);
            return Tensor.wrap(new org.bytedeco.pytorch.Tensor(s.add(stack.get(0).toTensor()))); // the inner one dies with the stack
        }
    }

    @Override
    public void close() {
        held.forEach(Pointer::deallocate);
        held.clear();
    }
}
