package org.praxino.io.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.RenamedWeights;
import org.praxino.io.WeightFile;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.tensor.WeightSource;

/**
 * An open PyTorch checkpoint ({@code .pt}, {@code .pth}), mapped into memory: tensors are read when they are asked for. Dictionaries
 * inside dictionaries are joined by dots: {@code generator.model.head.head.weight}. Lists, sets, bytes and other values beside the weights
 * are passed over. Safe to read from several threads.
 */
public final class TorchCheckpoint implements WeightFile {
    /** Far above any state dictionary's; a pickle holds names and shapes, no weights. */
    private static final long LONGEST_PICKLE = 256L << 20;

    private static final int MOST_NAMES = 1_000_000;
    private static final int LONGEST_NAME = 4000;

    private final Path path;
    private final Arena arena;
    private final UncompressedZip zip;
    private final String folder; // of the archive, ends with a slash
    private final Map<String, PickleValue.StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private int walked;

    /**
     * Opens a file and reads its pickle, which can run no code.
     *
     * @throws UserException one sentence, when the file cannot be read, is damaged, or asks for code: anything but tensors,
     *     dictionaries and plain values
     */
    public static TorchCheckpoint open(Path path) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            return new TorchCheckpoint(
                    path, arena, size == 0 ? MemorySegment.NULL : channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
        } catch (IOException e) {
            arena.close();
            throw FileErrors.reading(path, e);
        } catch (UnsupportedPickleException e) {
            arena.close();
            throw new UserException("Cannot read " + path + ": " + e.getMessage() + ".", e);
        }
    }

    private TorchCheckpoint(Path path, Arena arena, MemorySegment file) {
        this.path = path;
        this.arena = arena;
        this.zip = new UncompressedZip(file);
        String pickle = zip.entries().keySet().stream()
                .filter(n -> n.equals("data.pkl") || n.endsWith("/data.pkl"))
                .findFirst()
                .orElseThrow(() -> new UnsupportedPickleException("it is a zip archive without data.pkl: this is no PyTorch checkpoint"));
        this.folder = pickle.substring(0, pickle.length() - "data.pkl".length());
        requireLittleEndian();
        MemorySegment bytes = Objects.requireNonNull(zip.entries().get(pickle), pickle);
        if (bytes.byteSize() > LONGEST_PICKLE) {
            throw new UnsupportedPickleException("its pickle has " + bytes.byteSize() + " bytes, above the limit of " + LONGEST_PICKLE);
        }
        PickleValue root = new Unpickler(bytes.toArray(JAVA_BYTE)).read();
        if (!(root instanceof PickleValue.Dict dict)) {
            throw new UnsupportedPickleException("it holds no dictionary of weights");
        }
        collect("", dict, 0);
        tensors.forEach(this::check);
    }

    private void requireLittleEndian() {
        @Nullable MemorySegment order = zip.entry(folder + "byteorder");
        if (order != null && !new String(order.toArray(JAVA_BYTE), StandardCharsets.US_ASCII).equals("little")) {
            throw new UnsupportedPickleException("its numbers are not little-endian: save it again on another machine");
        }
    }

    private void collect(String prefix, PickleValue.Dict dict, int depth) {
        if (depth > 16) {
            throw new UnsupportedPickleException("its dictionaries lie more than 16 deep in each other");
        }
        dict.entries().forEach((key, value) -> {
            // counts what is walked, not what is found: dictionaries that share each other multiply level by level
            if (++walked > MOST_NAMES) {
                throw new UnsupportedPickleException("its dictionaries, counted wherever they stand, have more than " + MOST_NAMES + " entries");
            }
            String name = prefix + key;
            if (name.length() > LONGEST_NAME) {
                throw new UnsupportedPickleException("it has a name of more than " + LONGEST_NAME + " characters");
            }
            switch (value) {
                case PickleValue.Dict inner -> collect(name + ".", inner, depth + 1);
                case PickleValue.StoredTensor t -> {
                    if (tensors.put(name, t) != null) {
                        throw new UnsupportedPickleException("two of its tensors are called \"" + name + "\"");
                    }
                }
                case PickleValue.Text t -> facts.put(name, t.text());
                case PickleValue.Num n -> facts.put(name, n.number());
                case PickleValue.Bool f -> facts.put(name, f.on());
                case PickleValue.None n -> {}
                case PickleValue.Tuple t -> {}
                case PickleValue.ListOrSet i -> {}
                case PickleValue.Ignored a -> {}
                case PickleValue.Global k -> {}
                case PickleValue.Storage s -> {}
            }
        });
    }

    /** That the storage's entry is there in full. */
    private void check(String name, PickleValue.StoredTensor t) {
        @Nullable MemorySegment data = zip.entry(folder + "data/" + t.storage().key());
        long elements = t.storage().count();
        if (data == null) {
            throw new UnsupportedPickleException("the bytes of \"" + name + "\" are not in the file");
        }
        if (elements > data.byteSize() / t.storage().dtype().bytes()) {
            throw new UnsupportedPickleException("\"" + name + "\" needs " + elements + " elements of " + t.storage().dtype() + " but the file holds "
                    + data.byteSize() + " bytes for it");
        }
    }

    public Path path() {
        return path;
    }

    /** All tensors, in the order of the file. */
    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** The numbers, texts and booleans beside the tensors, such as a step count. */
    public Map<String, Object> facts() {
        return Collections.unmodifiableMap(facts);
    }

    /** The first parts of the names of tensors: {@code generator} and {@code critic} of a CausVid checkpoint. */
    public Set<String> parts() {
        var parts = new java.util.LinkedHashSet<String>();
        tensors.keySet().forEach(n -> parts.add(n.contains(".") ? n.substring(0, n.indexOf('.')) : n));
        return Collections.unmodifiableSet(parts);
    }

    /**
     * One of the networks in the file, its names without the part's and without the prefix {@code model.} that wrappers leave.
     *
     * @param part such as {@code generator}, {@code generator_ema} or {@code critic}
     * @throws UserException when there is none, naming those there are
     */
    public WeightSource part(String part) {
        WeightSource below = RenamedWeights.below(this, part + ".");
        if (below.names().isEmpty()) {
            throw new UserException("There is no \"" + part + "\" in " + path + "; it has " + String.join(", ", parts()) + ".");
        }
        return RenamedWeights.dropPrefix(below, "model.");
    }

    @Override
    public long[] shape(String name) {
        return tensor(name).shape().clone();
    }

    @Override
    public DType dtype(String name) {
        return tensor(name).storage().dtype();
    }

    @Override
    public Tensor read(String name) {
        PickleValue.StoredTensor t = tensor(name);
        DType dtype = t.storage().dtype();
        return Tensor.ofMemory(dtype, bytes(t), t.shape());
    }

    @Override
    public Tensor view(String name) {
        PickleValue.StoredTensor t = tensor(name);
        return Tensor.overMemory(t.storage().dtype(), bytes(t), t.shape());
    }

    private MemorySegment bytes(PickleValue.StoredTensor t) {
        @Nullable MemorySegment stored = zip.entries().get(folder + "data/" + t.storage().key());
        if (stored == null) {
            throw new UserException(path + " is damaged: it lacks " + folder + "data/" + t.storage().key() + ".");
        }
        return Strides.inOrder(stored, t, t.storage().dtype().bytes());
    }

    private PickleValue.StoredTensor tensor(String name) {
        PickleValue.StoredTensor t = tensors.get(name);
        if (t == null) {
            throw new UserException("There is no tensor \"" + name + "\" in " + path + ".");
        }
        return t;
    }

    @Override
    public void close() {
        arena.close();
    }

    @Override
    public String toString() {
        return path + " (" + tensors.size() + " tensors)";
    }
}
