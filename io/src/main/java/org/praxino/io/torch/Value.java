package org.praxino.io.torch;

import java.util.List;
import java.util.Map;
import org.praxino.tensor.DType;

/** What a checkpoint can hold. */
sealed interface Value {
    /** A dictionary with texts for keys, in the order of the file. */
    record Dict(Map<String, Value> entries) implements Value {}

    record Text(String text) implements Value {}

    /** A whole number, a fraction, true, false. */
    record Num(Number number) implements Value {}

    record Flag(boolean on) implements Value {}

    record Nothing() implements Value {}

    record Tuple(List<Value> items) implements Value {}

    /** One of the few names of Python that are known here. */
    record Known(Global global) implements Value {}

    /** A run of elements in the archive. @param key the entry's name below {@code data/} @param count of elements */
    record Storage(DType dtype, String key, long count) implements Value {}

    /** A view of a storage, in elements. */
    record Tensor(Storage storage, long offset, long[] shape, long[] stride) implements Value {}
}
