package org.praxino.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cache that Hugging Face's programs keep: {@code models--OWNER--NAME/snapshots/COMMIT/} holds a repository's files as links into
 * {@code blobs/}, and {@code refs/main} says which commit is the newest.
 */
public final class HubCache {
    private static final String PREFIX = "models--";
    private static final String SNAPSHOTS = "snapshots";

    private HubCache() {}

    /** The folder with the files where {@code path} is a repository's folder in the cache; {@code path} itself otherwise. */
    public static Path snapshot(Path path) {
        Path snapshots = path.resolve(SNAPSHOTS);
        if (!Files.isDirectory(snapshots) || !Files.isDirectory(path.resolve("blobs")) && !Files.isDirectory(path.resolve("refs"))) {
            return path;
        }
        @Nullable Path named = named(path);
        if (named != null) {
            return named;
        }
        try (Stream<Path> all = Files.list(snapshots)) {
            return all.filter(Files::isDirectory).max(Comparator.comparing(HubCache::changed).thenComparing(Comparator.naturalOrder())).orElse(path);
        } catch (IOException e) {
            return path; // opening it reports the error
        }
    }

    private static @Nullable Path named(Path path) {
        try {
            Path commit = path.resolve(SNAPSHOTS).resolve(Files.readString(path.resolve("refs").resolve("main")).strip());
            return Files.isDirectory(commit) && path.resolve(SNAPSHOTS).equals(commit.getParent()) ? commit : null;
        } catch (IOException | InvalidPathException e) {
            return null;
        }
    }

    private static long changed(Path folder) {
        try {
            return Files.getLastModifiedTime(folder).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The folders with the files of the other repositories in the cache that {@code path} lies in; none outside of a cache. */
    public static List<Path> others(Path path) {
        for (Path at = path.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            Path name = at.getFileName();
            Path cache = at.getParent();
            if (name != null && cache != null && name.toString().startsWith(PREFIX) && Files.isDirectory(at.resolve(SNAPSHOTS))) {
                Path own = at;
                try (Stream<Path> all = Files.list(cache)) {
                    return all.filter(p -> p.getFileName().toString().startsWith(PREFIX) && !p.equals(own) && Files.isDirectory(p)).sorted()
                            .map(HubCache::snapshot).toList();
                } catch (IOException e) {
                    return List.of();
                }
            }
        }
        return List.of();
    }
}
