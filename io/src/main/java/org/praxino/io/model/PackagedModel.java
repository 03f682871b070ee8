package org.praxino.io.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import org.praxino.io.CacheFolder;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;

/**
 * A model packed in a jar, such as the artifact {@code praxino-model-emoji-128}: a model folder under {@code praxino-models/NAME} on the
 * class path or the module path. Weights are mapped into memory, so the folder is unpacked once into the {@link CacheFolder}.
 */
final class PackagedModel {
    /** Its hyphen keeps the resources of a named module visible to other modules. */
    private static final String ROOT = "praxino-models/";

    private PackagedModel() {}

    /**
     * The unpacked folder of a packed model, or null when no jar carries one of this name. Its files are compared with their checksums at
     * every call, and unpacked again where they differ.
     *
     * @throws UserException when the jar's copy is damaged or the cache cannot be written
     */
    static @Nullable ModelFolder find(String name, ClassLoader loader) {
        String root = ROOT + name + "/";
        ModelInfo info;
        try (@Nullable InputStream description = loader.getResourceAsStream(root + ModelFolder.MODEL)) {
            if (description == null) {
                return null;
            }
            info = Json.parse(new String(description.readAllBytes(), StandardCharsets.UTF_8), root + ModelFolder.MODEL, ModelInfo.class);
        } catch (IOException e) {
            throw unreadable(root + ModelFolder.MODEL, e);
        }
        Path folder = CacheFolder.root().resolve("models").resolve(info.hash()).resolve(name);
        try {
            ModelFolder unpacked = ModelFolder.open(folder);
            unpacked.verify();
            if (unpacked.info().hash().equals(info.hash())) {
                return unpacked;
            }
        } catch (UserException missingOrDamaged) {
            // unpacked below
        }
        AtomicFiles.folder(folder, target -> {
            copy(loader, root, ModelFolder.MODEL, target);
            if (loader.getResource(root + Showcase.FILE) != null) {
                copy(loader, root, Showcase.FILE, target);
            }
            for (ModelInfo.Component component : info.components()) {
                Files.createDirectories(target.resolve(component.folder()));
                for (ModelInfo.FileInfo file : component.files()) {
                    copy(loader, root, component.folder() + "/" + file.name(), target);
                }
            }
            ModelFolder.open(target).verify();
        });
        return ModelFolder.open(folder);
    }

    private static void copy(ClassLoader loader, String root, String file, Path target) {
        try (@Nullable InputStream in = loader.getResourceAsStream(root + file)) {
            if (in == null) {
                throw new UserException("The packed model lacks " + root + file + ".");
            }
            AtomicFiles.write(target.resolve(file), channel -> in.transferTo(Channels.newOutputStream(channel)));
        } catch (IOException e) {
            throw unreadable(root + file, e);
        }
    }

    private static UserException unreadable(String resource, IOException e) {
        return new UserException("Cannot read " + resource + " from its jar: " + e.getMessage() + ".", e);
    }
}
