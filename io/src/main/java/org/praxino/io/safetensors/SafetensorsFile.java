package org.praxino.io.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.WeightFile;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * An open safetensors file, mapped into memory: only the pages that are read are loaded. Safe to read from several threads;
 * {@link #read} copies, so tensors outlive the file.
 */
public final class SafetensorsFile implements WeightFile {

    private final Path path;
    private final SafetensorsHeader header;
    private final Arena arena;
    private final MemorySegment data;

    private SafetensorsFile(Path path, SafetensorsHeader header, Arena arena, MemorySegment data) {
        this.path = path;
        this.header = header;
        this.arena = arena;
        this.data = data;
    }

    /**
     * Opens a file and checks its whole header.
     *
     * @throws UserException one sentence, when the file cannot be read or is malformed
     */
    public static SafetensorsFile open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            SafetensorsHeader header = SafetensorsHeader.read(channel);
            MemorySegment data = header.dataSize() == 0
                    ? MemorySegment.NULL
                    : channel.map(FileChannel.MapMode.READ_ONLY, header.dataStart(), header.dataSize(), arena);
            return new SafetensorsFile(path, header, arena, data);
        } catch (MalformedHeaderException e) {
            arena.close();
            throw new UserException("Cannot read " + path + ": " + e.getMessage() + ".", e);
        } catch (IOException e) {
            arena.close();
            throw FileErrors.reading(path, e);
        }
    }

    public Path path() {
        return path;
    }

    /** The free text entries of the header. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** All names, in the order of their bytes. */
    @Override
    public Set<String> names() {
        return header.tensors().keySet();
    }

    @Override
    public long[] shape(String name) {
        return entry(name).shape().clone();
    }

    @Override
    public DType dtype(String name) {
        TensorEntry entry = entry(name);
        @Nullable DType compute = entry.type().compute();
        if (compute == null) {
            throw new UserException("Tensor \"" + name + "\" in " + path + " is stored as " + entry.type()
                    + ", which Praxino does not compute in: take it in BF16 or F32 instead.");
        }
        return compute;
    }

    @Override
    public Tensor read(String name) {
        DType dtype = dtype(name);
        MemorySegment bytes = bytes(name);
        if (dtype == DType.BOOL) {
            checkBooleans(name, bytes);
        }
        return Tensor.ofMemory(dtype, bytes, entry(name).shape());
    }

    @Override
    public Tensor view(String name) {
        return dtype(name) == DType.BOOL ? read(name) : Tensor.overMemory(dtype(name), bytes(name), entry(name).shape());
    }

    /** The stored bytes of a tensor, little-endian, without a copy; valid until the file is closed. */
    public MemorySegment bytes(String name) {
        TensorEntry entry = entry(name);
        return entry.byteSize() == 0 ? MemorySegment.NULL : data.asSlice(entry.begin(), entry.byteSize()).asReadOnly();
    }

    @Override
    public void close() {
        arena.close();
    }

    @Override
    public String toString() {
        return path + " (" + header.tensors().size() + " tensors)";
    }

    private void checkBooleans(String name, MemorySegment bytes) {
        for (long i = 0; i < bytes.byteSize(); i++) {
            byte value = bytes.get(ValueLayout.JAVA_BYTE, i);
            if (value != 0 && value != 1) {
                throw new UserException("Tensor \"" + name + "\" in " + path + " is stored as BOOL but has the byte " + (value & 0xff) + ".");
            }
        }
    }

    private TensorEntry entry(String name) {
        @Nullable TensorEntry entry = header.tensors().get(name);
        if (entry == null) {
            throw new UserException("There is no tensor \"" + name + "\" in " + path + ".");
        }
        return entry;
    }
}
