package org.praxino.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types. */
public enum DType {
    F64(ScalarType.Double, 8),
    F32(ScalarType.Float, 4),
    F16(ScalarType.Half, 2),
    BF16(ScalarType.BFloat16, 2),
    I64(ScalarType.Long, 8),
    I32(ScalarType.Int, 4),
    I16(ScalarType.Short, 2),
    I8(ScalarType.Char, 1),
    U8(ScalarType.Byte, 1),
    BOOL(ScalarType.Bool, 1);

    final ScalarType torch;
    private final int bytes;

    DType(ScalarType torch, int bytes) {
        this.torch = torch;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloating() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    static DType of(ScalarType type) {
        for (DType d : values()) {
            if (d.torch.value == type.value) {
                return d;
            }
        }
        throw new UserException("tensor element type " + type + " is not one that praxino knows");
    }
}
