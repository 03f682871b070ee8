package org.praxino.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The states of a training set's captions on disk: encoded once, verified by hash when opened, then read through a memory map.
 *
 * <p>The folder holds safetensors files of some thousand prompts each, one tensor [S_i, D] a prompt under the SHA-256 of its text, and
 * {@value #INDEX}, which names the encoder and the SHA-256 of each file. Files of another encoder or with another hash are not used:
 * their prompts count as missing, and {@link #fill} encodes them again.
 */
public final class TextStateCache implements AutoCloseable {
    static final String INDEX = "index.json";
    private static final int PROMPTS_A_FILE = 4096;
    private static final int PROMPTS_A_BATCH = 32;

    /** @param dtype in which states are stored */
    private record Index(String encoder, DType dtype, List<Entry> files) {}

    private record Entry(String file, String sha256) {}

    private final Path folder;
    private final TextEncoder encoder;
    private final DType dtype;
    private final List<Entry> entries = new ArrayList<>();
    private final List<SafetensorsFile> open = new ArrayList<>();
    private final Map<String, SafetensorsFile> byHash = new HashMap<>();
    private final List<String> damaged = new ArrayList<>();

    private TextStateCache(Path folder, TextEncoder encoder, DType dtype) {
        this.folder = folder;
        this.encoder = encoder;
        this.dtype = dtype;
    }

    /**
     * Opens a cache, new or filled before, and verifies every file in it.
     *
     * @param encoder makes what is missing; not owned
     * @param dtype in which states are stored: BF16 halves the disk and moves no state by more than 0.4 %
     */
    public static TextStateCache open(Path folder, TextEncoder encoder, DType dtype) {
        TextStateCache cache = new TextStateCache(folder, encoder, dtype);
        Path index = folder.resolve(INDEX);
        if (Files.exists(index)) {
            Index stored = Json.read(index, Index.class);
            if (stored.encoder.equals(encoder.id()) && stored.dtype == dtype) {
                stored.files.forEach(cache::verify);
            } else {
                cache.damaged.add(index + " is of " + stored.encoder + " in " + stored.dtype);
            }
        }
        return cache;
    }

    private void verify(Entry entry) {
        Path file = folder.resolve(entry.file);
        if (!Files.exists(file)) {
            damaged.add(file + " is gone");
        } else if (!Sha256.ofFile(file).equals(entry.sha256)) {
            damaged.add(file + " has changed since it was written");
        } else {
            use(entry);
        }
    }

    private void use(Entry entry) {
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(entry.file));
        open.add(file);
        entries.add(entry);
        file.names().forEach(name -> byHash.put(name, file));
    }

    /** What could not be used when the cache was opened, one phrase each; empty when all was well. */
    public List<String> damaged() {
        return List.copyOf(damaged);
    }

    /** Number of prompts at hand. */
    public int size() {
        return byHash.size();
    }

    public boolean has(String prompt) {
        return byHash.containsKey(Sha256.ofText(prompt));
    }

    /**
     * Encodes those of {@code prompts} that are missing and stores them. What was stored when it is interrupted stays stored.
     *
     * @return how many were encoded
     */
    public int fill(Collection<String> prompts, Progress progress) {
        Set<String> missing = new LinkedHashSet<>(prompts);
        missing.removeIf(this::has);
        List<String> todo = List.copyOf(missing);
        for (int from = 0; from < todo.size(); from += PROMPTS_A_FILE) {
            store(todo.subList(from, Math.min(todo.size(), from + PROMPTS_A_FILE)), from, todo.size(), progress);
        }
        return todo.size();
    }

    private void store(List<String> prompts, int done, int total, Progress progress) {
        try (var guard = Grad.off();
                var scope = Scope.open("TextStateCache.store")) {
            Map<String, Tensor> states = new LinkedHashMap<>();
            for (int from = 0; from < prompts.size(); from += PROMPTS_A_BATCH) {
                List<String> batch = prompts.subList(from, Math.min(prompts.size(), from + PROMPTS_A_BATCH));
                try (var inner = Scope.open("batch")) {
                    List<Tensor> rows = encoder.encode(batch).unpad();
                    for (int i = 0; i < rows.size(); i++) {
                        states.put(Sha256.ofText(batch.get(i)), inner.keep(rows.get(i).to(dtype).copy()));
                    }
                }
                progress.update(done + from + batch.size(), total, "captions encoded");
            }
            String name = "states-" + Sha256.ofText(String.join("\n", states.keySet())).substring(0, 16) + ".safetensors";
            SafetensorsWriter.to(folder.resolve(name)).metadata(Map.of("encoder", encoder.id())).write(states);
            use(new Entry(name, Sha256.ofFile(folder.resolve(name))));
            Json.write(folder.resolve(INDEX), new Index(encoder.id(), dtype, List.copyOf(entries)));
        }
    }

    /**
     * Stored states, padded to the longest prompt.
     *
     * @throws UserException naming a prompt that was never {@linkplain #fill filled in}
     */
    public TextStates get(List<String> prompts) {
        try (var scope = Scope.open("TextStateCache.get")) {
            List<Tensor> rows = new ArrayList<>();
            for (String prompt : prompts) {
                String hash = Sha256.ofText(prompt);
                SafetensorsFile file = byHash.get(hash);
                if (file == null) {
                    throw new UserException("The text cache " + folder + " holds no states for \"" + prompt + "\": fill it first.");
                }
                rows.add(file.read(hash));
            }
            TextStates batch = TextStates.pad(rows);
            scope.keep(batch.states());
            scope.keep(batch.mask());
            return batch;
        }
    }

    @Override
    public void close() {
        open.forEach(SafetensorsFile::close);
        open.clear();
        byHash.clear();
    }
}
