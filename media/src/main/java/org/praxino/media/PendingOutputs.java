package org.praxino.media;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Temporary output files and folders of this process, deleted when the process is stopped (Ctrl-C) while writing. */
final class PendingOutputs {
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    static {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(PendingOutputs::delete), "praxino-unfinished-output"));
        } catch (IllegalStateException e) {
            // The JVM is ending already: what is written now is deleted by its writer alone.
        }
    }

    private PendingOutputs() {}

    static void add(Path working) {
        OPEN.add(working);
    }

    static void remove(Path working) {
        OPEN.remove(working);
    }

    /** Removes a file, or a folder with the files in it. */
    static void delete(Path working) {
        OPEN.remove(working);
        Path doomed = working;
        if (Files.isDirectory(working)) {
            doomed = moveAside(working);
            try (Stream<Path> files = Files.list(doomed)) {
                files.map(Path::toFile).forEach(File::delete);
            } catch (IOException e) {
                // What cannot be listed cannot be removed either; nothing of it bears the output's name.
            }
        }
        doomed.toFile().delete();
    }

    /** Under another name no thread that is still writing can add to the folder while it is emptied. */
    private static Path moveAside(Path folder) {
        try {
            return Files.move(folder, folder.resolveSibling(folder.getFileName() + ".old"));
        } catch (IOException e) {
            return folder;
        }
    }
}
