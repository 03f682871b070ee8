package org.praxino.server.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stores the files of jobs: {@code ID/in} for input, {@code ID/out} for output. */
public final class ContentStore {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final String MANIFEST = "about.json";

    private final Path root;

    /**
     * The output files of a job.
     *
     * @param files by variant
     */
    public record Manifest(Map<Variant, Entry> files) {
        public Manifest {
            files = Map.copyOf(files);
        }

        public long bytes() {
            return files.values().stream().mapToLong(Entry::bytes).sum();
        }
    }

    /** The kinds of output files. */
    public enum Variant {
        VIDEO,
        THUMBNAIL,
        SPRITESHEET
    }

    /** A file, its type and the SHA-256 of its bytes. */
    public record Entry(String name, String mediaType, long bytes, String sha256) {}

    /** Writes a job's files into an empty folder and returns their names and types. */
    @FunctionalInterface
    public interface Writer {
        Map<Variant, OutputFile> write(Path folder) throws IOException;
    }

    /** A written file. */
    public record OutputFile(String name, String mediaType) {}

    public ContentStore(Path root) {
        this.root = root;
    }

    /** The folder of a job's input files. */
    public Path input(String id) {
        return root.resolve(id).resolve("in");
    }

    /** Stores a job's input files atomically. */
    public void putInput(String id, AtomicFiles.FolderContent files) {
        AtomicFiles.folder(input(id), files);
    }

    /** Stores a job's output files atomically, replacing those of an earlier attempt. */
    public Manifest putOutput(String id, Writer writer) {
        var manifest = new Manifest[1];
        AtomicFiles.folder(output(id), folder -> {
            var entries = new TreeMap<Variant, Entry>();
            for (var made : writer.write(folder).entrySet()) {
                Path file = folder.resolve(made.getValue().name());
                entries.put(made.getKey(), new Entry(
                        made.getValue().name(), made.getValue().mediaType(), Files.size(file), Sha256.ofFile(file)));
            }
            manifest[0] = new Manifest(entries);
            Json.write(folder.resolve(MANIFEST), manifest[0]);
        });
        return manifest[0];
    }

    /** The manifest of a job's output; empty if there is none or it was deleted. */
    public Optional<Manifest> manifest(String id) {
        Path file = output(id).resolve(MANIFEST);
        return Files.exists(file) ? Optional.of(Json.read(file, Manifest.class)) : Optional.empty();
    }

    public Path file(String id, Entry entry) {
        return output(id).resolve(entry.name());
    }

    private Path output(String id) {
        return root.resolve(id).resolve("out");
    }

    /** Deletes a job's input files. */
    public void deleteInput(String id) {
        AtomicFiles.delete(input(id));
    }

    /** Deletes all files of a job. */
    public void delete(String id) {
        AtomicFiles.delete(root.resolve(id));
    }

    /** Jobs with input files. */
    public List<String> idsWithInput() {
        return list(root).stream().filter(folder -> Files.isDirectory(folder.resolve("in"))).map(folder -> folder.getFileName().toString()).toList();
    }

    /** Jobs with finished output files. */
    public List<String> idsWithOutput() {
        return list(root).stream().filter(folder -> Files.exists(folder.resolve("out").resolve(MANIFEST)))
                .map(folder -> folder.getFileName().toString()).toList();
    }

    /**
     * Moves folders of unknown jobs to {@code set-aside} beside the jobs: they may belong to another database. Deletes
     * temporary files of a killed process.
     */
    public void setAside(Predicate<String> known) {
        for (Path folder : list(root)) {
            if (AtomicFiles.isTemporary(folder)) {
                AtomicFiles.delete(folder);
            } else if (known.test(folder.getFileName().toString())) {
                list(folder).stream().filter(AtomicFiles::isTemporary).forEach(AtomicFiles::delete);
            } else {
                setAside(folder);
            }
        }
    }

    private void setAside(Path folder) {
        Path aside = root.resolveSibling("set-aside");
        Path to = aside.resolve(folder.getFileName().toString());
        try {
            Files.createDirectories(aside);
            for (int n = 2; Files.exists(to); n++) {
                to = aside.resolve(folder.getFileName() + "." + n);
            }
            Files.move(folder, to);
            LOG.warn("the database knows no job {}: its files are in {} now", folder.getFileName(), to);
        } catch (IOException e) {
            LOG.warn("the database knows no job {}, and its files stay where they are: {}", folder.getFileName(), e.getMessage());
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
