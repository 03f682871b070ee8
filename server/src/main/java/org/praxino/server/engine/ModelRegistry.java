package org.praxino.server.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GenerationListener;
import org.praxino.tensor.UserException;

/** The models served, loaded and warmed up one after the other. The first is the default. */
public final class ModelRegistry implements AutoCloseable {
    private final List<Supplier<ServedModel>> loaders;
    private final Map<String, String> aliases;
    private volatile Map<String, ServedModel> loaded = Map.of();
    private volatile @Nullable String failure;
    private volatile boolean ready;

    public ModelRegistry(List<Supplier<ServedModel>> loaders) {
        this(loaders, Map.of());
    }

    /** @param aliases further names: alias to model */
    public ModelRegistry(List<Supplier<ServedModel>> loaders, Map<String, String> aliases) {
        this.loaders = List.copyOf(loaders);
        this.aliases = Map.copyOf(aliases);
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
                model.generate(model.canStream() ? small : small.withSteps(1), GenerationListener.NONE, frame -> {});
            }
            requireServed(aliases, all.keySet());
            ready = true;
        } catch (RuntimeException | Error e) {
            failure = String.valueOf(e.getMessage());
            throw e;
        }
    }

    /**
     * Looks whether every alias leads to a model.
     *
     * @param served names of the models
     * @throws UserException that names the first alias that does not
     */
    public static void requireServed(Map<String, String> aliases, Collection<String> served) {
        aliases.forEach((alias, model) -> {
            if (!served.contains(model)) {
                throw new UserException("the alias " + alias + " names the model " + model + ", which is not served: there is "
                        + String.join(", ", served));
            }
        });
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
        return name == null ? loaded.values().stream().findFirst() : Optional.ofNullable(loaded.getOrDefault(name, loaded.get(aliases.getOrDefault(name, name))));
    }

    @Override
    public void close() {
        loaded.values().forEach(ServedModel::close);
        loaded = Map.of();
        ready = false;
    }
}
