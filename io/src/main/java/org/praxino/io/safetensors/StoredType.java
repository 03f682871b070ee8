package org.praxino.io.safetensors;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;

/**
 * Element types a safetensors file may hold, under the names the format gives them. Some are recognised, so that a file's
 * structure can be checked and its other tensors read, but have no {@link #compute} type here.
 */
public enum StoredType {
    F64(DType.F64, 8),
    F32(DType.F32, 4),
    F16(DType.F16, 2),
    BF16(DType.BF16, 2),
    I64(DType.I64, 8),
    I32(DType.I32, 4),
    I16(DType.I16, 2),
    I8(DType.I8, 1),
    U8(DType.U8, 1),
    BOOL(DType.BOOL, 1),
    U64(null, 8),
    U32(null, 4),
    U16(null, 2),
    F8_E4M3(null, 1),
    F8_E5M2(null, 1);

    private final @Nullable DType compute;
    private final int bytes;

    StoredType(@Nullable DType compute, int bytes) {
        this.compute = compute;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The type such a tensor is read into; null where Praxino does not compute in it. */
    public @Nullable DType compute() {
        return compute;
    }

    /** The type with this name in a header; null when there is none. */
    static @Nullable StoredType named(String name) {
        for (StoredType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    static StoredType of(DType dtype) {
        for (StoredType type : values()) {
            if (type.compute == dtype) {
                return type;
            }
        }
        throw new IllegalStateException("No safetensors type stands for " + dtype);
    }

    static String allNames() {
        return Arrays.stream(values()).map(StoredType::name).collect(Collectors.joining(", "));
    }
}
