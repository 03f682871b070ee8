package org.praxino.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.io.JsonDifference;
import org.praxino.io.model.Checkpoint;
import org.praxino.io.model.Checkpoints;
import org.praxino.io.model.Provenance;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.Ema;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * The folder of a training run: {@code config.json}, {@code checkpoints/SAMPLES/}, {@code sheets/}, {@code stats.jsonl} and event files.
 * Checkpoints are written atomically.
 */
public final class RunFolder {
    /** @param samples seen @param steps updates done @param skipped updates skipped because of non-finite gradients */
    public record State(long samples, long steps, long skipped) {}

    private static final String STATE = "state.json";
    private static final String CHECKPOINTS = "checkpoints";

    private final Path path;
    private final @Nullable Object config;
    private final List<String> parents;

    private RunFolder(Path path, @Nullable Object config, List<String> parents) {
        this.path = path;
        this.config = config;
        this.parents = List.copyOf(parents);
    }

    /**
     * Opens or creates the folder of a run. The configuration may change until the first checkpoint.
     *
     * @throws UserException if the folder belongs to a run with another configuration
     */
    public static RunFolder open(Path path, Object config) {
        return open(path, config, List.of());
    }

    /** As {@link #open(Path, Object)}. @param parents hashes of the models that the run starts from, for provenance */
    public static RunFolder open(Path path, Object config, List<String> parents) {
        Path file = path.resolve("config.json");
        var run = new RunFolder(path, config, parents);
        if (run.latest().isEmpty()) {
            Json.write(file, config);
            return run;
        }
        difference(file, config).ifPresent(d -> {
            throw new UserException("run folder " + path + " was started with " + d.path() + "=" + d.before() + ", and now it is " + d.now()
                    + ": give --run another name, or the same settings to resume");
        });
        return run;
    }

    /**
     * The first setting that differs between {@code file}, under current or former names, and {@code config}. Null and absent are the same:
     * earlier versions had fewer settings.
     */
    static Optional<JsonDifference> difference(Path file, Object config) {
        JsonNode stored = Json.read(file, JsonNode.class);
        FormerSettings.rename(stored, file.toString());
        return JsonDifference.first(stored, Json.tree(config));
    }

    /** Opens an existing run for reading. */
    public static RunFolder openExisting(Path path) {
        if (!Files.isDirectory(path.resolve(CHECKPOINTS))) {
            throw new UserException(path + " is not a run folder: it has no checkpoints");
        }
        return new RunFolder(path, null, List.of());
    }

    /**
     * Checks that the newest checkpoint was trained on the same data.
     *
     * @param digest of the training data
     * @throws UserException if it was trained on other data
     */
    public void requireSameData(String digest) {
        checkpoints().latest().map(Checkpoint::provenance).map(Provenance::dataDigest).filter(before -> !before.equals(digest)).ifPresent(before -> {
            throw new UserException("run folder " + path + " was trained on other data or with another tokenizer: give --run another name,"
                    + " or the same data and tokenizer to resume");
        });
    }

    public Path path() {
        return path;
    }

    /** Where the sheet of a run at {@code samples} goes; its folder is made. */
    Path sheet(long samples) {
        Path png = path.resolve("sheets").resolve("%09d.png".formatted(samples));
        try {
            Files.createDirectories(png.getParent());
        } catch (IOException e) {
            throw FileErrors.writing(png, e);
        }
        return png;
    }

    /** A checkpoint on disk. */
    public record SavedCheckpoint(Path path, State state) {
        /** Averaged weights; the caller closes the file. */
        public SafetensorsFile ema() {
            return SafetensorsFile.open(path.resolve("ema.safetensors"));
        }

        /** Plain weights; the caller closes the file. */
        public SafetensorsFile weights() {
            return SafetensorsFile.open(path.resolve("weights.safetensors"));
        }

        long restore(Params params, Ema ema, Optimiser optimiser, Objective objective) {
            requireSameNetwork(params);
            try (var guard = Grad.off();
                    var scope = Scope.open("resume");
                    var weights = weights();
                    var averages = ema();
                    var moments = SafetensorsFile.open(path.resolve("optimizer.safetensors"))) {
                params.all().forEach((name, w) -> w.detach().copyFrom(weights.read(name)));
                ema.restore(averages);
                optimiser.restore(moments, state.steps);
                Path more = path.resolve("objective.safetensors");
                if (Files.exists(more)) {
                    try (var extra = SafetensorsFile.open(more)) {
                        objective.restore(extra);
                    }
                }
            }
            return state.samples;
        }

        private void requireSameNetwork(Params params) {
            try (var weights = weights()) {
                params.all().forEach((name, w) -> {
                    if (!weights.names().contains(name) || !Arrays.equals(weights.shape(name), w.shape())) {
                        throw new UserException("checkpoint " + path + " is of another network: its " + name + " is "
                                + (weights.names().contains(name) ? Arrays.toString(weights.shape(name)) : "missing") + ", this one's is " + Arrays.toString(w.shape()));
                    }
                });
            }
        }
    }

    /** The newest checkpoint. */
    public Optional<SavedCheckpoint> latest() {
        return checkpoints()
                .latest()
                .map(c -> new SavedCheckpoint(c.folder(), Json.read(c.folder().resolve(STATE), State.class)));
    }

    private Checkpoints checkpoints() {
        return Checkpoints.in(path.resolve(CHECKPOINTS));
    }

    void save(
            State state, Provenance provenance, Map<String, Tensor> weights, Map<String, Tensor> ema, Map<String, Tensor> optimizer,
            Map<String, Tensor> objective, int keep) {
        try (var guard = Grad.off();
                var scope = Scope.open("checkpoint")) {
            checkpoints().save(config == null ? provenance : provenance.with(config, parents), keep, folder -> {
                SafetensorsWriter.to(folder.resolve("weights.safetensors")).write(weights);
                SafetensorsWriter.to(folder.resolve("ema.safetensors")).write(ema);
                SafetensorsWriter.to(folder.resolve("optimizer.safetensors")).write(optimizer);
                if (!objective.isEmpty()) {
                    SafetensorsWriter.to(folder.resolve("objective.safetensors")).write(objective);
                }
                Json.write(folder.resolve(STATE), state);
            });
        }
    }
}
