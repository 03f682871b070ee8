package org.praxino.io.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * Writes a {@link WeightSource} as one safetensors file, tensor after tensor: at most one is in memory besides what the source
 * itself holds. The file appears under its name only when it is complete. The same tensors give the same bytes whatever order
 * they are named in: wider element types first, then by name, behind a header padded to 8 bytes, so that each is aligned.
 */
public final class SafetensorsWriter {

    private final Path path;
    private Map<String, String> metadata = Map.of();
    private @Nullable DType cast;

    private SafetensorsWriter(Path path) {
        this.path = path;
    }

    public static SafetensorsWriter to(Path path) {
        return new SafetensorsWriter(path);
    }

    /** Free text entries for the header. */
    public SafetensorsWriter metadata(Map<String, String> entries) {
        this.metadata = Map.copyOf(entries);
        return this;
    }

    /** Stores floating-point tensors as {@code dtype} (for example BF16); the others stay as they are. */
    public SafetensorsWriter cast(DType dtype) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("weights can be cast to a floating type, not to " + dtype);
        }
        this.cast = dtype;
        return this;
    }

    /**
     * Writes all tensors of {@code source}.
     *
     * @throws org.praxino.tensor.UserException one sentence, when the file cannot be written; nothing is left behind
     */
    public void write(WeightSource source) {
        List<TensorEntry> entries = plan(source);
        AtomicFiles.write(path, channel -> {
            writeAll(channel, header(entries));
            for (TensorEntry entry : entries) {
                try (var guard = Grad.off();
                        var scope = Scope.open("safetensors " + entry.name())) {
                    Tensor tensor = source.read(entry.name());
                    if (!Arrays.equals(tensor.shape(), entry.shape())) {
                        throw new ShapeException(entry.name(), "the shape its source announced, " + Arrays.toString(entry.shape()), tensor.shape());
                    }
                    DType stored = stored(tensor.dtype());
                    (stored == tensor.dtype() ? tensor : tensor.to(stored)).writeBytes(piece -> writeAll(channel, piece));
                }
            }
        });
    }

    /** Writes tensors that are at hand. */
    public void write(Map<String, Tensor> tensors) {
        write(new TensorMap(tensors));
    }

    private List<TensorEntry> plan(WeightSource source) {
        List<String> names = new ArrayList<>(source.names());
        Comparator<String> widerFirst = Comparator.comparingInt(name -> -stored(source.dtype(name)).bytes());
        names.sort(widerFirst.thenComparing(Comparator.naturalOrder()));
        List<TensorEntry> entries = new ArrayList<>(names.size());
        long at = 0;
        for (String name : names) {
            if (name.equals("__metadata__")) {
                throw new IllegalArgumentException("a tensor cannot be named __metadata__");
            }
            StoredType type = StoredType.of(stored(source.dtype(name)));
            long[] shape = source.shape(name);
            long bytes = type.bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            entries.add(new TensorEntry(name, type, shape, at, at + bytes));
            at += bytes;
        }
        return entries;
    }

    private DType stored(DType dtype) {
        return cast != null && dtype.isFloating() ? cast : dtype;
    }

    /** Length and JSON, padded with spaces so that the data begins at a multiple of 8. */
    private ByteBuffer header(List<TensorEntry> entries) {
        List<String> fields = new ArrayList<>();
        if (!metadata.isEmpty()) {
            fields.add("\"__metadata__\":" + Json.line(metadata));
        }
        record Field(StoredType dtype, long[] shape, long[] data_offsets) {}
        for (TensorEntry e : entries) {
            Field field = new Field(e.type(), e.shape(), new long[] {e.begin(), e.end()});
            fields.add(Json.line(e.name()) + ":" + Json.line(field));
        }
        byte[] json = ("{" + String.join(",", fields) + "}").getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        if (padded > SafetensorsHeader.LENGTH_CAP) {
            throw new IllegalArgumentException("a header of " + padded + " bytes is above the limit of " + SafetensorsHeader.LENGTH_CAP);
        }
        ByteBuffer buffer = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        while (buffer.hasRemaining()) {
            buffer.put((byte) ' ');
        }
        return buffer.flip();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
