package org.praxino.io.torch;

import java.util.LinkedHashMap;
import java.util.List;
import org.praxino.io.torch.PickleValue.Dict;
import org.praxino.io.torch.PickleValue.Global;
import org.praxino.io.torch.PickleValue.Ignored;
import org.praxino.io.torch.PickleValue.Num;
import org.praxino.io.torch.PickleValue.Storage;
import org.praxino.io.torch.PickleValue.StoredTensor;
import org.praxino.io.torch.PickleValue.Tuple;

/** Implements the functions that a checkpoint may refer to, with checks. */
final class TensorReductions {
    private static final int MOST_DIMENSIONS = 16;

    private TensorReductions() {}

    static PickleValue reduced(PickleValue function, PickleValue arguments) {
        if (!(function instanceof Global(var global)) || !(arguments instanceof Tuple(var args))) {
            throw new UnsupportedPickleException("its pickle calls something that is no function");
        }
        return switch (global) {
            case ORDERED_DICT -> emptyDict(args);
            case DEFAULT_DICT -> new Dict(new LinkedHashMap<>()); // its argument makes what is missing
            case REBUILD_TENSOR -> tensor(args);
            case REBUILD_PARAMETER -> parameter(args, 3);
            case REBUILD_PARAMETER_WITH_STATE -> parameter(args, 4);
            case REBUILD_FROM_TYPE -> ofType(args);
            case SIZE -> args.size() == 1 && args.getFirst() instanceof Tuple size ? size : new Ignored();
            case HARMLESS -> new Ignored();
            case NAME -> throw new UnsupportedPickleException("its pickle calls what only names a type here");
            case DOUBLE, FLOAT, HALF, BFLOAT16, LONG, INT, SHORT, CHAR, BYTE, BOOL ->
                throw new UnsupportedPickleException("its pickle calls a storage class, which only names a type here");
        };
    }

    private static Dict emptyDict(List<PickleValue> args) {
        if (!args.isEmpty()) {
            throw new UnsupportedPickleException("its pickle makes a dictionary out of something else");
        }
        return new Dict(new LinkedHashMap<>());
    }

    /** (function, class, its arguments, attributes): a tensor with attributes, which have no use here. */
    private static PickleValue ofType(List<PickleValue> args) {
        if (args.size() == 4 && args.getFirst() instanceof Global(var function) && args.get(2) instanceof Tuple inner
                && (function == PickleGlobal.REBUILD_TENSOR || function == PickleGlobal.REBUILD_PARAMETER)) {
            return reduced(args.getFirst(), inner);
        }
        throw new UnsupportedPickleException("its pickle makes a kind of tensor that is not supported: get the weights as bf16 or fp32");
    }

    /** (tensor, whether it learns, hooks, and in one of the two functions attributes). */
    private static PickleValue parameter(List<PickleValue> args, int count) {
        if (args.size() == count && args.getFirst() instanceof StoredTensor t) {
            return t;
        }
        throw new UnsupportedPickleException("its pickle makes a parameter out of something that is no tensor");
    }

    /** (storage, offset, shape, stride, whether it learns, hooks, and nothing that matters here). */
    private static StoredTensor tensor(List<PickleValue> args) {
        if (args.size() < 4 || !(args.get(0) instanceof Storage storage)) {
            throw new UnsupportedPickleException("its pickle makes a tensor out of something that is no storage");
        }
        long offset = number(args.get(1));
        long[] shape = numbers(args.get(2));
        long[] stride = numbers(args.get(3));
        if (shape.length != stride.length || shape.length > MOST_DIMENSIONS) {
            throw new UnsupportedPickleException("it has a tensor of " + shape.length + " dimensions with " + stride.length + " strides");
        }
        try {
            long last = offset; // index of the element furthest from the start
            long elements = 1;
            boolean empty = false;
            for (int i = 0; i < shape.length; i++) {
                empty |= shape[i] == 0;
                elements = Math.multiplyExact(elements, Math.max(1, shape[i]));
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1), stride[i]));
            }
            if (!empty && (last >= storage.count() || elements > storage.count())) {
                throw new UnsupportedPickleException("it has a tensor of " + elements + " elements over " + storage.count() + " stored ones");
            }
        } catch (ArithmeticException e) {
            throw new UnsupportedPickleException("it has a tensor of more than 2^63 elements");
        }
        return new StoredTensor(storage, offset, shape, stride);
    }

    private static long[] numbers(PickleValue v) {
        if (v instanceof Tuple(var items)) {
            if (items.size() > MOST_DIMENSIONS) {
                throw new UnsupportedPickleException("it has a tensor of " + items.size() + " dimensions");
            }
            return items.stream().mapToLong(TensorReductions::number).toArray();
        }
        throw new UnsupportedPickleException("it has a tensor whose shape is no list of numbers");
    }

    private static long number(PickleValue v) {
        if (v instanceof Num(var n) && n instanceof Long whole && whole >= 0) {
            return whole;
        }
        throw new UnsupportedPickleException("it has a tensor whose shape, stride or offset is no whole number of 0 or more");
    }
}
