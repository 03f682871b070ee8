package org.praxino.io.model;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.UserFolders;
import org.praxino.io.pull.CheckpointCatalogue;
import org.praxino.tensor.UserException;

/** Finds models by name in the model folders, then among the jars on the class path or module path. */
public record ModelRepository(List<Path> roots) {
    /** The bundled model, which is an artifact as well. */
    private static final String BUNDLED = "emoji-128";

    public ModelRepository {
        roots = List.copyOf(roots);
    }

    /**
     * The default folders, in this order: the folders in the environment variable {@code PRAXINO_MODELS}; {@code zoo} beside the program
     * (system property {@code praxino.root}, else the working folder); {@code praxino/models} in the user's data folder.
     */
    public static ModelRepository defaults() {
        List<Path> roots = new ArrayList<>();
        @Nullable String named = System.getenv("PRAXINO_MODELS");
        if (named != null) {
            Arrays.stream(named.split(File.pathSeparator)).filter(part -> !part.isBlank()).map(Path::of).forEach(roots::add);
        }
        roots.add(Path.of(System.getProperty("praxino.root", "")).resolve("zoo"));
        roots.add(dataFolder());
        return new ModelRepository(roots);
    }

    /** {@code praxino/models} in the user's data folder, {@code XDG_DATA_HOME} or {@code ~/.local/share}; it may not exist yet. */
    public static Path dataFolder() {
        return UserFolders.data().resolve("models");
    }

    /**
     * Opens a model by its name in these folders, by the path of its folder, or by its name in a jar such as
     * {@code praxino-model-emoji-128}, which is unpacked once into the cache folder.
     *
     * @throws UserException when there is none of that name, listing those that there are
     */
    public ModelFolder open(String nameOrPath) {
        Path path = path(nameOrPath);
        if (nameOrPath.contains("/") || nameOrPath.contains(File.separator)) {
            return ModelFolder.open(path);
        }
        for (Path root : roots) {
            if (ModelFolder.isModel(root.resolve(path))) {
                return ModelFolder.open(root.resolve(path));
            }
        }
        if (Files.isDirectory(path)) {
            return ModelFolder.open(path);
        }
        @Nullable ModelFolder packed = PackagedModel.find(nameOrPath, ModelRepository.class.getClassLoader());
        if (packed != null) {
            return packed;
        }
        throw unknown(nameOrPath);
    }

    /** The folders of all models, sorted by name in each root; of two of one name only the first is found by it. */
    public List<Path> all() {
        return roots.stream().flatMap(root -> models(root).stream()).toList();
    }

    private static Path path(String nameOrPath) {
        try {
            if (!nameOrPath.isBlank()) {
                return Path.of(nameOrPath);
            }
        } catch (InvalidPathException e) {
            // falls through to the same sentence
        }
        throw new UserException("\"" + nameOrPath + "\" cannot be the name of a model.");
    }

    private UserException unknown(String name) {
        List<Path> all = all();
        String places = roots.stream().map(Path::toString).collect(Collectors.joining(", "));
        String there = all.isEmpty()
                ? "" : " (there are " + all.stream().map(p -> p.getFileName().toString()).distinct().collect(Collectors.joining(", ")) + ")";
        String artifact = all.isEmpty() || name.equals(BUNDLED) ? " or add the artifact praxino-model-" + BUNDLED : "";
        return new UserException("There is no model \"" + name + "\", looked in " + places + there
                + "; set PRAXINO_MODELS to the folder that holds it" + artifact + published(name) + ".");
    }

    /** How a published model is fetched, by the name of its checkpoint or of the repository it comes from. */
    private static String published(String name) {
        CheckpointCatalogue catalogue = CheckpointCatalogue.builtIn();
        return catalogue.checkpoints().stream()
                .filter(c -> c.name().equalsIgnoreCase(name) || catalogue.groups(c).getLast().repo().endsWith("/" + name)) // the network comes last
                .findFirst().map(c -> ", or fetch it with praxino pull " + c.name()).orElse("");
    }

    private static List<Path> models(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> list = Files.list(root)) {
            return list.filter(ModelFolder::isModel).filter(path -> !path.getFileName().toString().startsWith(".")).sorted().toList();
        } catch (IOException e) {
            throw FileErrors.reading(root, e);
        }
    }
}
