package org.praxino.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.SafetensorsWriter;

/** Writes a model folder under a temporary name, computes checksums, and renames. */
final class ModelWriter {

    private ModelWriter() {}

    /** Other files beside an old {@code model.json} (model card, images) are kept. */
    static void write(Path target, ModelInfo info, List<ComponentSource> components) {
        AtomicFiles.folder(target, folder -> {
            List<ModelInfo.Component> written = new ArrayList<>();
            for (ComponentSource component : components) {
                written.add(write(folder.resolve(component.folder()), component, info));
            }
            Json.write(folder.resolve(ModelFolder.MODEL), info.with(written));
            keepOtherFiles(target, folder);
        });
    }

    private static ModelInfo.Component write(Path folder, ComponentSource component, ModelInfo info) throws IOException {
        Files.createDirectory(folder);
        List<ModelInfo.FileInfo> files = new ArrayList<>();
        Json.write(folder.resolve(ModelFolder.CONFIG), component.config());
        files.add(fileInfo(folder.resolve(ModelFolder.CONFIG)));
        if (component.weights() != null) {
            SafetensorsWriter writer = SafetensorsWriter.to(folder.resolve(ModelFolder.WEIGHTS))
                    .metadata(Map.of("model", info.name(), "component", component.type(), "licence", info.licence()));
            (component.cast() == null ? writer : writer.cast(component.cast())).write(component.weights());
            files.add(fileInfo(folder.resolve(ModelFolder.WEIGHTS)));
        }
        return new ModelInfo.Component(component.folder(), component.type(), files);
    }

    private static ModelInfo.FileInfo fileInfo(Path file) throws IOException {
        return new ModelInfo.FileInfo(file.getFileName().toString(), Files.size(file), Sha256.ofFile(file));
    }

    private static void keepOtherFiles(Path old, Path folder) throws IOException {
        if (!Files.isDirectory(old)) {
            return;
        }
        List<Path> others;
        try (Stream<Path> list = Files.list(old)) {
            others = list.filter(Files::isRegularFile).filter(path -> !path.getFileName().toString().equals(ModelFolder.MODEL)).toList();
        }
        for (Path other : others) {
            Files.copy(other, folder.resolve(other.getFileName()));
        }
    }
}
