package org.praxino.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;

/**
 * The checkpoints of one run: folders {@code 000000012345/} named by the samples seen, each written atomically. One process writes; any
 * number may read.
 */
public final class Checkpoints {

    private final Path folder;

    private Checkpoints(Path folder) {
        this.folder = folder;
    }

    /** The checkpoints in a folder, which need not exist yet. */
    public static Checkpoints in(Path folder) {
        return new Checkpoints(folder);
    }

    /**
     * Writes a checkpoint, replacing one of as many samples, then deletes all but the newest {@code keepLast} and whatever an
     * earlier process left unfinished.
     *
     * @param content writes the weight files into the new folder
     */
    public Checkpoint save(Provenance provenance, int keepLast, AtomicFiles.FolderContent content) {
        if (keepLast < 1) {
            throw new IllegalArgumentException("keepLast=" + keepLast + " must be at least 1");
        }
        Path target = folder.resolve("%012d".formatted(provenance.samplesSeen()));
        AtomicFiles.folder(target, temporary -> {
            content.writeTo(temporary);
            Json.write(temporary.resolve(Checkpoint.PROVENANCE), provenance);
        });
        List<Checkpoint> all = all();
        all.stream()
                .limit(Math.max(0, all.size() - keepLast))
                .filter(old -> !old.folder().equals(target))
                .forEach(old -> AtomicFiles.delete(old.folder()));
        entries().filter(AtomicFiles::isTemporary).forEach(AtomicFiles::delete);
        return new Checkpoint(target);
    }

    /** All whole checkpoints, oldest first. */
    public List<Checkpoint> all() {
        return entries()
                .filter(path -> path.getFileName().toString().matches("\\d{12}"))
                .filter(path -> Files.isRegularFile(path.resolve(Checkpoint.PROVENANCE)))
                .sorted()
                .map(Checkpoint::new)
                .toList();
    }

    /** The complete checkpoint with the most samples. */
    public Optional<Checkpoint> latest() {
        List<Checkpoint> all = all();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    private Stream<Path> entries() {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> list = Files.list(folder)) {
            return list.toList().stream();
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }
}
