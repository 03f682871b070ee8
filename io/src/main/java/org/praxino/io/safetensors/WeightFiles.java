package org.praxino.io.safetensors;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileGuess;
import org.praxino.io.Json;
import org.praxino.io.WeightFile;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * The weights of one network in one safetensors file or in several: given the file, the {@code *.safetensors.index.json} that
 * lists the shards, or the folder that holds either under a usual name.
 */
public final class WeightFiles implements WeightFile {

    private static final List<String> USUAL_NAMES = List.of(
            "model.safetensors",
            "model.safetensors.index.json",
            "diffusion_pytorch_model.safetensors",
            "diffusion_pytorch_model.safetensors.index.json");

    private final Map<String, SafetensorsFile> byName;
    private final List<SafetensorsFile> files;

    private WeightFiles(Map<String, SafetensorsFile> byName, List<SafetensorsFile> files) {
        this.byName = Collections.unmodifiableMap(byName);
        this.files = files;
    }

    /**
     * Opens all files.
     *
     * @throws UserException one sentence, listing all names an index promises that no shard holds
     */
    public static WeightFiles open(Path path) {
        if (Files.isDirectory(path)) {
            return open(USUAL_NAMES.stream()
                    .map(path::resolve)
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new UserException(
                            "There are no weights in " + path + ": expected one of " + String.join(", ", USUAL_NAMES)
                                    + FileGuess.instead(path) + ".")));
        }
        return path.getFileName().toString().endsWith(".index.json") ? openIndex(path) : openSingle(path);
    }

    private static WeightFiles openSingle(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        Map<String, SafetensorsFile> byName = new TreeMap<>();
        file.names().forEach(name -> byName.put(name, file));
        return new WeightFiles(byName, List.of(file));
    }

    private static WeightFiles openIndex(Path index) {
        Map<String, String> map = weightMap(index);
        Map<String, SafetensorsFile> shards = new HashMap<>();
        Map<String, SafetensorsFile> byName = new TreeMap<>();
        Set<String> names = new TreeSet<>(map.values());
        requireAll(index, names);
        try {
            for (String shard : names) {
                shards.put(shard, SafetensorsFile.open(index.resolveSibling(shard)));
            }
            Set<String> missing = new TreeSet<>();
            map.forEach((name, shard) -> {
                SafetensorsFile file = Objects.requireNonNull(shards.get(shard), shard);
                byName.put(name, file);
                if (!file.names().contains(name)) {
                    missing.add(name + " (" + shard + ")");
                }
            });
            if (!missing.isEmpty()) {
                throw new UserException(index + " promises tensors that are not in their files: " + String.join(", ", missing) + ".");
            }
            return new WeightFiles(byName, new ArrayList<>(shards.values()));
        } catch (RuntimeException e) {
            shards.values().forEach(SafetensorsFile::close);
            throw e;
        }
    }

    private static void requireAll(Path index, Set<String> shards) {
        Set<String> absent = new TreeSet<>();
        for (String shard : shards) {
            if (!shard.matches("[^/\\\\]+") || shard.startsWith(".")) {
                throw new UserException(index + ": \"" + shard + "\" is not the name of a file beside it.");
            }
            if (!Files.exists(index.resolveSibling(shard))) {
                absent.add(shard);
            }
        }
        if (!absent.isEmpty()) {
            throw new UserException("Of the " + shards.size() + " files that " + index + " lists, these are missing: "
                    + String.join(", ", absent) + "; get them from where the index came from.");
        }
    }

    /** The file of each tensor; the other fields of an index differ from writer to writer and are not needed. */
    private static Map<String, String> weightMap(Path index) {
        JsonNode map = Json.read(index, JsonNode.class).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new UserException(index + ": field \"weight_map\" must be an object that names the file of each tensor.");
        }
        Map<String, String> files = new TreeMap<>();
        map.forEachEntry((name, file) -> {
            if (!file.isString()) {
                throw new UserException(index + ": field \"weight_map." + name + "\" must be a file name.");
            }
            files.put(name, file.stringValue());
        });
        return files;
    }

    /** All names, sorted. */
    @Override
    public Set<String> names() {
        return byName.keySet();
    }

    @Override
    public long[] shape(String name) {
        return file(name).shape(name);
    }

    @Override
    public DType dtype(String name) {
        return file(name).dtype(name);
    }

    @Override
    public Tensor read(String name) {
        return file(name).read(name);
    }

    @Override
    public Tensor view(String name) {
        return file(name).view(name);
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }

    private SafetensorsFile file(String name) {
        @Nullable SafetensorsFile file = byName.get(name);
        if (file == null) {
            throw new UserException("There is no tensor \"" + name + "\" in " + files + ".");
        }
        return file;
    }
}
