package org.praxino.io.torch;

import java.util.List;
import java.util.Map;
import org.praxino.tensor.DType;

/** Values of a pickled checkpoint. */
sealed interface PickleValue {
    /** A dictionary with string keys, in file order. */
    record Dict(Map<String, PickleValue> entries) implements PickleValue {}

    record Text(String text) implements PickleValue {}

    /** An integer or a floating-point number. */
    record Num(Number number) implements PickleValue {}

    record Bool(boolean on) implements PickleValue {}

    record None() implements PickleValue {}

    record Tuple(List<PickleValue> items) implements PickleValue {}

    /** A list or set. */
    record ListOrSet(List<PickleValue> items) implements PickleValue {}

    /** A value that is not a weight: bytes, a device, a NumPy array. */
    record Ignored() implements PickleValue {}

    /** A Python name from the allow list. */
    record Global(PickleGlobal global) implements PickleValue {}

    /** Elements stored in the archive. @param key the entry's name below {@code data/} @param count of elements */
    record Storage(DType dtype, String key, long count) implements PickleValue {}

    /** A view of a storage, in elements. */
    record StoredTensor(Storage storage, long offset, long[] shape, long[] stride) implements PickleValue {}
}
