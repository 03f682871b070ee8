package org.praxino.server.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GenerationListener;

/** The models served, loaded and warmed up one after the other. The first is the default. */
public final class ModelRegistry implements AutoCloseable {
    private final List<Supplier<ServedModel>> loaders;
    private volatile Map<String, ServedModel> loaded = Map.of();
    private volatile @Nullable String failure;
    private volatile boolean ready;

    public ModelRegistry(List<Supplier<ServedModel>> loaders) {
        this.loaders = List.copyOf(loaders);
    }

    /** Loads all models and warms each up with one image. */
    void load() {
        var all = new LinkedHashMap<String, ServedModel>();
        try {
            for (var loader : loaders) {
                ServedModel model = loader.get();
                all.put(model.info().name(), model);
                loaded = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(all));
                GenerateRequest small = model.warmUpRequest();
                model.generate(model.resolve(model.canStream() ? small : small.withSteps(1)), GenerationListener.NONE, frame -> {});
            }
            ready = true;
        } catch (RuntimeException | Error e) {
            failure = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /** Whether all models are loaded and warmed up. */
    public boolean ready() {
        return ready;
    }

    /** Why loading failed, if it did. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    public List<ServedModel> all() {
        return new ArrayList<>(loaded.values());
    }

    public Optional<ServedModel> find(@Nullable String name) {
        return name == null ? loaded.values().stream().findFirst() : Optional.ofNullable(loaded.get(name));
    }

    @Override
    public void close() {
        loaded.values().forEach(ServedModel::close);
        loaded = Map.of();
        ready = false;
    }
}
