package org.praxino.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Temporary files and folders being written. They are deleted when the process ends normally or by Ctrl-C. */
final class TemporaryFiles {

    private static final Set<Path> PATHS = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> PATHS.forEach(TemporaryFiles::discard), "praxino-unfinished"));
        } catch (IllegalStateException e) {
            // The JVM is ending already: what is written now is deleted by its writer alone.
        }
    }

    private TemporaryFiles() {}

    /** A temporary sibling of {@code target}: hidden, unique, and recognisable by {@link #isTemporary}. */
    static Path beside(Path target) {
        String unique = ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        Path temporary = target.resolveSibling("." + target.getFileName() + "." + unique + ".tmp");
        PATHS.add(temporary);
        return temporary;
    }

    static boolean isTemporary(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(".") && name.endsWith(".tmp");
    }

    static void finished(Path temporary) {
        PATHS.remove(temporary);
    }

    /** Deletes without complaint: called when something else has already gone wrong. */
    static void discard(Path temporary) {
        try {
            deleteTree(temporary);
        } catch (IOException ignored) {
            // The reason of the failure is on its way to the caller; a stray temporary file must not hide it.
        }
        PATHS.remove(temporary);
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            Files.deleteIfExists(root);
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> walk = Files.walk(root)) {
            deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }
}
