package org.praxino.server.content;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

/** Folders of jobs: {@code ID/in} for what came in with a job, {@code ID/out} for what it made. */
public final class ContentStore {
    private static final String ABOUT = "about.json";

    private final Path root;

    /**
     * What a job made.
     *
     * @param files by variant
     */
    public record About(Map<Variant, Entry> files) {
        public About {
            files = Map.copyOf(files);
        }

        public long bytes() {
            return files.values().stream().mapToLong(Entry::bytes).sum();
        }
    }

    /** What can be asked for. */
    public enum Variant {
        VIDEO,
        THUMBNAIL,
        SPRITESHEET
    }

    /** A file, its type and the SHA-256 of its bytes. */
    public record Entry(String name, String mediaType, long bytes, String sha256) {}

    /** Writes a job's files into an empty folder and says under which name and type each stands. */
    @FunctionalInterface
    public interface Writer {
        Map<Variant, Made> write(Path folder) throws IOException;
    }

    /** A file just written. */
    public record Made(String name, String mediaType) {}

    public ContentStore(Path root) {
        this.root = root;
    }

    /** Where the files lie that came in with a job. */
    public Path input(String id) {
        return root.resolve(id).resolve("in");
    }

    /** Puts files that come with a job in place, all or none. */
    public void putInput(String id, AtomicFiles.FolderContent files) {
        AtomicFiles.folder(input(id), files);
    }

    /** Puts what a job made in place, all or none, replacing what an earlier try made. */
    public About put(String id, Writer writer) {
        var about = new About[1];
        AtomicFiles.folder(output(id), folder -> {
            var entries = new TreeMap<Variant, Entry>();
            for (var made : writer.write(folder).entrySet()) {
                Path file = folder.resolve(made.getValue().name());
                entries.put(made.getKey(), new Entry(
                        made.getValue().name(), made.getValue().mediaType(), Files.size(file), Sha256.ofFile(file)));
            }
            about[0] = new About(entries);
            Json.write(folder.resolve(ABOUT), about[0]);
        });
        return about[0];
    }

    /** What a job made; empty when there is nothing, or nothing any more. */
    public Optional<About> about(String id) {
        Path file = output(id).resolve(ABOUT);
        return Files.exists(file) ? Optional.of(Json.read(file, About.class)) : Optional.empty();
    }

    public Path file(String id, Entry entry) {
        return output(id).resolve(entry.name());
    }

    private Path output(String id) {
        return root.resolve(id).resolve("out");
    }

    /** Deletes what came in with a job, which is needed no more once the job is done. */
    public void deleteInput(String id) {
        AtomicFiles.delete(input(id));
    }

    /** Deletes what a job made and what came in with it. */
    public void delete(String id) {
        AtomicFiles.delete(root.resolve(id));
    }

    /** Deletes folders that no job knows, and what a killed process left half-written. */
    public void sweep(Predicate<String> known) {
        for (Path folder : list(root)) {
            if (!known.test(folder.getFileName().toString())) {
                AtomicFiles.delete(folder);
            } else {
                list(folder).stream().filter(AtomicFiles::isTemporary).forEach(AtomicFiles::delete);
            }
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
