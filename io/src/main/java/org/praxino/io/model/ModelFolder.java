package org.praxino.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * A model on disk: {@code model.json} and a folder for each component, with {@code config.json} and {@code model.safetensors}. Opening
 * checks that every file is there in its full size; {@link #verify} reads them all.
 */
public final class ModelFolder {

    public static final String CODEC = "codec";
    public static final String DENOISER = "denoiser";
    public static final String STUDENT = "student";
    public static final String TEXT = "text";

    static final String MODEL = "model.json";
    static final String CONFIG = "config.json";
    static final String WEIGHTS = "model.safetensors";

    private final Path path;
    private final ModelInfo info;
    private final Showcase showcase;

    private ModelFolder(Path path, ModelInfo info) {
        this.path = path;
        this.info = info;
        this.showcase = Showcase.of(path, info.hash());
    }

    /** Whether there is a model in this folder, whole or not. */
    public static boolean isModel(Path folder) {
        return Files.isRegularFile(folder.resolve(MODEL));
    }

    /**
     * Opens a model folder.
     *
     * @throws UserException one sentence, listing every file that is missing or of another size than written
     */
    public static ModelFolder open(Path folder) {
        if (Files.isRegularFile(folder)) {
            throw new UserException(folder + " is a file and not a model folder: name the folder that it lies in.");
        }
        if (!Files.isDirectory(folder)) {
            throw new UserException("There is no model folder " + folder + ".");
        }
        if (!isModel(folder)) {
            throw new UserException(folder + " is not a model folder: it has no " + MODEL + ".");
        }
        ModelFolder model = new ModelFolder(folder, readInfo(folder.resolve(MODEL)));
        model.checkSizes();
        return model;
    }

    private static ModelInfo readInfo(Path file) {
        JsonNode tree = Json.read(file, JsonNode.class);
        JsonNode format = tree.path("format");
        if (!format.isIntegralNumber()) {
            throw new UserException(file + " is not the description of a model: field \"format\" is missing.");
        }
        if (format.longValue() != ModelInfo.FORMAT) {
            throw new UserException(file + " has format " + format + ", but this version reads format " + ModelInfo.FORMAT
                    + ": use the version of Praxino that wrote it, or a newer one.");
        }
        return Json.fromTree(tree, file.toString(), ModelInfo.class);
    }

    /** Writes a model folder in one step; see {@link ModelWriter}. */
    public static ModelFolder save(Path folder, ModelInfo info, List<ComponentSource> components) {
        ModelWriter.write(folder, info, components);
        return open(folder);
    }

    public Path path() {
        return path;
    }

    public ModelInfo info() {
        return info;
    }

    /** Prompts that the model generates well. */
    public Showcase showcase() {
        return showcase;
    }

    public boolean has(String component) {
        return info.components().stream().anyMatch(c -> c.folder().equals(component));
    }

    /** Which class of network a component is. */
    public String type(String component) {
        return component(component).type();
    }

    /** A component's configuration, read strictly. */
    public <C> C config(String component, Class<C> type) {
        return Json.read(path.resolve(component(component).folder()).resolve(CONFIG), type);
    }

    /** Opens a component's weights; the caller closes them. */
    public WeightFiles weights(String component) {
        return WeightFiles.open(path.resolve(component(component).folder()));
    }

    /**
     * Reads every file and compares it with the checksum written when the model was saved.
     *
     * @throws UserException listing all that differ
     */
    public void verify() {
        List<String> changed = new ArrayList<>();
        for (ModelInfo.Component component : info.components()) {
            for (ModelInfo.FileInfo file : component.files()) {
                if (!Sha256.ofFile(path.resolve(component.folder()).resolve(file.name())).equals(file.sha256())) {
                    changed.add(component.folder() + "/" + file.name());
                }
            }
        }
        if (!info.hash().equals(ModelInfo.hashOf(info.components()))) {
            changed.add(MODEL);
        }
        if (!changed.isEmpty()) {
            throw new UserException("The model in " + path + " is not as it was saved; changed: " + String.join(", ", changed) + ".");
        }
    }

    private void checkSizes() {
        List<String> problems = new ArrayList<>();
        for (ModelInfo.Component component : info.components()) {
            for (ModelInfo.FileInfo file : component.files()) {
                Path at = path.resolve(component.folder()).resolve(file.name());
                String name = component.folder() + "/" + file.name();
                try {
                    long bytes = Files.size(at);
                    if (bytes != file.bytes()) {
                        problems.add(name + " has " + bytes + " bytes instead of " + file.bytes());
                    }
                } catch (IOException e) {
                    problems.add(name + " is missing");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UserException("The model in " + path + " is not whole: " + String.join("; ", problems) + ".");
        }
    }

    private ModelInfo.Component component(String name) {
        return info.components().stream()
                .filter(c -> c.folder().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserException("The model in " + path + " has no " + name + "; it has "
                        + info.components().stream().map(ModelInfo.Component::folder).collect(Collectors.joining(", ")) + "."));
    }
}
