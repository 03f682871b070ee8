package org.praxino.io.torch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;

/** The Python globals that a checkpoint may refer to. None is called; each maps to a value built here. */
enum PickleGlobal {
    ORDERED_DICT(null),
    DEFAULT_DICT(null),
    REBUILD_TENSOR(null),
    REBUILD_PARAMETER(null),
    REBUILD_PARAMETER_WITH_STATE(null),
    REBUILD_FROM_TYPE(null),
    SIZE(null),
    /** Makes a value that is no weight and runs nothing: a set, bytes, a device, an array of NumPy. */
    HARMLESS(null),
    /** Names something, such as an element type, and is not called. */
    NAME(null),
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

    private static final Map<String, PickleGlobal> NAMES = names();

    private static Map<String, PickleGlobal> names() {
        var names = new HashMap<String, PickleGlobal>(Map.ofEntries(
                Map.entry("collections.OrderedDict", ORDERED_DICT),
                Map.entry("collections.defaultdict", DEFAULT_DICT),
                Map.entry("torch._utils._rebuild_tensor_v2", REBUILD_TENSOR),
                Map.entry("torch._utils._rebuild_parameter", REBUILD_PARAMETER),
                Map.entry("torch._utils._rebuild_parameter_with_state", REBUILD_PARAMETER_WITH_STATE),
                Map.entry("torch._tensor._rebuild_from_type_v2", REBUILD_FROM_TYPE),
                Map.entry("torch.Size", SIZE),
                Map.entry("torch.DoubleStorage", DOUBLE),
                Map.entry("torch.FloatStorage", FLOAT),
                Map.entry("torch.HalfStorage", HALF),
                Map.entry("torch.BFloat16Storage", BFLOAT16),
                Map.entry("torch.LongStorage", LONG),
                Map.entry("torch.IntStorage", INT),
                Map.entry("torch.ShortStorage", SHORT),
                Map.entry("torch.CharStorage", CHAR),
                Map.entry("torch.ByteStorage", BYTE),
                Map.entry("torch.BoolStorage", BOOL)));
        for (String builtins : List.of("builtins", "__builtin__")) { // of Python 3 and 2
            for (String name : List.of("set", "frozenset", "list", "tuple", "dict", "bytes", "bytearray", "complex", "range", "slice", "int", "float",
                    "bool", "str")) {
                names.put(builtins + "." + name, HARMLESS);
            }
        }
        for (String name : List.of("collections.Counter", "collections.deque", "_codecs.encode", "torch.device", "torch.serialization._get_layout",
                "torch.Generator", "datetime.datetime", "datetime.date", "datetime.timedelta", "pathlib.PosixPath", "pathlib.PurePosixPath",
                "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
                "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct", "numpy.core.numeric._frombuffer",
                "numpy._core.numeric._frombuffer")) {
            names.put(name, HARMLESS);
        }
        for (String type : List.of("float64", "double", "float32", "float", "float16", "half", "bfloat16", "float8_e4m3fn", "float8_e4m3fnuz",
                "float8_e5m2", "float8_e5m2fnuz", "int64", "long", "int32", "int", "int16", "short", "int8", "uint8", "uint16", "uint32", "uint64",
                "bool", "complex32", "complex64", "complex128", "strided", "sparse_coo", "contiguous_format", "channels_last", "channels_last_3d",
                "preserve_format", "Tensor", "nn.parameter.Parameter")) {
            names.put("torch." + type, NAME);
        }
        return Map.copyOf(names);
    }

    private final @Nullable DType storage;

    PickleGlobal(@Nullable DType storage) {
        this.storage = storage;
    }

    /** Element type of a storage class; null for what is none. */
    @Nullable DType storage() {
        return storage;
    }

    /** @throws UnsupportedPickleException for every name that is not in the table, saying whether it is code or a kind of weights */
    static PickleGlobal named(String module, String name) {
        PickleGlobal known = NAMES.get(module + "." + name);
        if (known != null) {
            return known;
        }
        boolean weights = module.startsWith("torch") && (name.contains("rebuild") && name.contains("tensor") || name.endsWith("Storage")
                || name.contains("Float8") || name.contains("float8"));
        throw new UnsupportedPickleException("it asks for " + module + "." + name + (weights
                ? " (an element type such as fp8, or a kind of tensor, that is not supported: get the weights as bf16 or fp32)"
                : ", which is code: a file may not bring code, so take these weights as safetensors"));
    }
}
