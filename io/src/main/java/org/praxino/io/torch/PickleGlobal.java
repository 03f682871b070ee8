package org.praxino.io.torch;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;

/** The Python globals that a checkpoint may refer to. None is called; each maps to a value built here. */
enum PickleGlobal {
    ORDERED_DICT(null),
    REBUILD_TENSOR(null),
    REBUILD_PARAMETER(null),
    DOUBLE(DType.F64),
    FLOAT(DType.F32),
    HALF(DType.F16),
    BFLOAT16(DType.BF16),
    LONG(DType.I64),
    INT(DType.I32),
    SHORT(DType.I16),
    CHAR(DType.I8),
    BYTE(DType.U8),
    BOOL(DType.BOOL);

    private static final Map<String, PickleGlobal> NAMES = Map.ofEntries(
            Map.entry("collections.OrderedDict", ORDERED_DICT),
            Map.entry("torch._utils._rebuild_tensor_v2", REBUILD_TENSOR),
            Map.entry("torch._utils._rebuild_parameter", REBUILD_PARAMETER),
            Map.entry("torch.DoubleStorage", DOUBLE),
            Map.entry("torch.FloatStorage", FLOAT),
            Map.entry("torch.HalfStorage", HALF),
            Map.entry("torch.BFloat16Storage", BFLOAT16),
            Map.entry("torch.LongStorage", LONG),
            Map.entry("torch.IntStorage", INT),
            Map.entry("torch.ShortStorage", SHORT),
            Map.entry("torch.CharStorage", CHAR),
            Map.entry("torch.ByteStorage", BYTE),
            Map.entry("torch.BoolStorage", BOOL));

    private final @Nullable DType storage;

    PickleGlobal(@Nullable DType storage) {
        this.storage = storage;
    }

    /** Element type of a storage class; null for what is none. */
    @Nullable DType storage() {
        return storage;
    }

    /** @throws UnsupportedPickleException for every name that is not in the table */
    static PickleGlobal named(String module, String name) {
        PickleGlobal known = NAMES.get(module + "." + name);
        if (known == null) {
            String hint = name.contains("rebuild_tensor") || name.contains("Float8") || name.contains("float8")
                    ? " (an element type such as fp8, or a kind of tensor, that is not supported: get the weights as bf16 or fp32)"
                    : "";
            throw new UnsupportedPickleException("it asks for " + module + "." + name + hint
                    + ", but only tensors, dictionaries, numbers and texts are read: a file may not bring code, so take these weights as safetensors");
        }
        return known;
    }
}
