package org.praxino.io.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.WeightFile;
import org.praxino.tensor.DType;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The weights of an ONNX file under the names of the network it was exported from. Matrices of linear layers, which the exporter
 * leaves anonymous and turns to [in, out], come back named and as [out, in].
 */
public final class OnnxWeights implements WeightFile {

    private record Weight(OnnxGraph.Initializer stored, DType dtype, boolean turned) {
        long[] shape() {
            long[] dims = stored.dims();
            return turned ? new long[] {dims[1], dims[0]} : dims.clone();
        }
    }

    private final String where;
    private final Arena arena;
    private final Map<String, Weight> weights;

    private OnnxWeights(String where, Arena arena, Map<String, Weight> weights) {
        this.where = where;
        this.arena = arena;
        this.weights = weights;
    }

    /** Opens a file, mapped into memory. */
    public static OnnxWeights open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return parse(path.toString(), arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException e) {
            arena.close();
            throw FileErrors.reading(path, e);
        }
    }

    /**
     * Reads a class path resource whole into native memory; it stays there until {@link #close}.
     *
     * @param resource absolute name, without a slash at the beginning
     */
    public static OnnxWeights fromResource(ClassLoader loader, String resource) {
        Arena arena = Arena.ofShared();
        try (@Nullable InputStream stream = loader.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new UserException("There is no " + resource + " on the class path: is the jar that carries it missing?");
            }
            byte[] bytes = stream.readAllBytes();
            MemorySegment memory = arena.allocate(bytes.length, 8).copyFrom(MemorySegment.ofArray(bytes));
            return parse(resource, arena, memory);
        } catch (IOException e) {
            arena.close();
            throw new UserException("Cannot read " + resource + " from the class path: " + e.getMessage() + ".", e);
        } catch (UserException e) {
            if (arena.scope().isAlive()) {
                arena.close();
            }
            throw e;
        }
    }

    private static OnnxWeights parse(String where, Arena arena, MemorySegment model) {
        try {
            OnnxGraph graph = OnnxGraph.parse(model);
            Map<String, String> names = graph.matrixNames();
            Map<String, Weight> weights = new LinkedHashMap<>();
            for (OnnxGraph.Initializer stored : graph.initializers().values()) {
                boolean turned = names.containsKey(stored.name()) && stored.dims().length == 2;
                weights.put(turned ? names.get(stored.name()) : stored.name(), new Weight(stored, dtype(stored), turned));
            }
            return new OnnxWeights(where, arena, Collections.unmodifiableMap(weights));
        } catch (IllegalArgumentException | ArithmeticException e) {
            arena.close();
            throw new UserException("Cannot read " + where + ": it is not an ONNX file this version knows (" + e.getMessage() + ").", e);
        }
    }

    /** onnx.proto3, TensorProto.DataType; the bytes must be there in full. */
    private static DType dtype(OnnxGraph.Initializer stored) {
        DType dtype = switch (stored.type()) {
            case 1 -> DType.F32;
            case 2 -> DType.U8;
            case 3 -> DType.I8;
            case 5 -> DType.I16;
            case 6 -> DType.I32;
            case 7 -> DType.I64;
            case 9 -> DType.BOOL;
            case 10 -> DType.F16;
            case 11 -> DType.F64;
            case 16 -> DType.BF16;
            default -> throw new IllegalArgumentException("tensor \"" + stored.name() + "\" is of element type " + stored.type());
        };
        long bytes = dtype.bytes();
        for (long size : stored.dims()) {
            bytes = Math.multiplyExact(bytes, size);
        }
        if (bytes != stored.data().byteSize()) {
            throw new IllegalArgumentException(
                    "tensor \"" + stored.name() + "\" needs " + bytes + " bytes but has " + stored.data().byteSize());
        }
        return dtype;
    }

    @Override
    public Set<String> names() {
        return weights.keySet();
    }

    @Override
    public long[] shape(String name) {
        return weight(name).shape();
    }

    @Override
    public DType dtype(String name) {
        return weight(name).dtype();
    }

    @Override
    public Tensor read(String name) {
        Weight weight = weight(name);
        if (!weight.turned()) {
            return Tensor.ofMemory(weight.dtype(), weight.stored().data(), weight.stored().dims());
        }
        try (var scope = Scope.open("onnx " + name)) {
            Tensor stored = Tensor.ofMemory(weight.dtype(), weight.stored().data(), weight.stored().dims()); // [in, out]
            return scope.keep(stored.transpose(0, 1).contiguous()); // -> [out, in]
        }
    }

    @Override
    public void close() {
        arena.close();
    }

    private Weight weight(String name) {
        @Nullable Weight weight = weights.get(name);
        if (weight == null) {
            throw new UserException("There is no tensor \"" + name + "\" in " + where + ".");
        }
        return weight;
    }
}
