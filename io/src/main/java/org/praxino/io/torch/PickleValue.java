package org.praxino.io.torch;

import java.util.List;
import java.util.Map;
import org.praxino.tensor.DType;

/** Values of a pickled checkpoint. */
sealed interface PickleValue {
    /** A dictionary with texts for keys, in the order of the file. */
    record Dict(Map<String, PickleValue> entries) implements PickleValue {}

    record Text(String text) implements PickleValue {}

    /** A whole number, a fraction, true, false. */
    record Num(Number number) implements PickleValue {}

    record Flag(boolean on) implements PickleValue {}

    record Nothing() implements PickleValue {}

    record Tuple(List<PickleValue> items) implements PickleValue {}

    /** A list or set. */
    record Items(List<PickleValue> items) implements PickleValue {}

    /** A value that is no weight and of no use here: bytes, a device, an array of NumPy. */
    record Aside() implements PickleValue {}

    /** One of the few names of Python that are known here. */
    record Known(PickleGlobal global) implements PickleValue {}

    /** A run of elements in the archive. @param key the entry's name below {@code data/} @param count of elements */
    record Storage(DType dtype, String key, long count) implements PickleValue {}

    /** A view of a storage, in elements. */
    record Tensor(Storage storage, long offset, long[] shape, long[] stride) implements PickleValue {}
}
