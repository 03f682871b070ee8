package org.praxino.train.data.folder;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.praxino.io.FileErrors;
import org.praxino.train.data.PreparationReport;

/**
 * The files below a folder, hidden ones and those of the output folder left out. Links to files and folders are followed; a folder that
 * several paths lead to is entered once, by its own path if it has one in here, so no link leads in circles.
 *
 * @param root absolute
 * @param files by path relative to the root, in order
 * @param skipped links and folders that could not be followed
 */
record MediaTree(Path root, Set<String> files, List<PreparationReport.Skipped> skipped) {

    static MediaTree of(Path folder, Path out) {
        Path root = folder.toAbsolutePath().normalize();
        var tree = new MediaTree(root, new TreeSet<>(), new ArrayList<>());
        tree.walk(out.toAbsolutePath().normalize());
        return tree;
    }

    private void walk(Path hidden) {
        Set<Path> entered = new HashSet<>();
        var folders = new ArrayDeque<Path>(List.of(root));
        var links = new ArrayDeque<Path>(); // after all that is really here
        while (!folders.isEmpty() || !links.isEmpty()) {
            Path folder = folders.isEmpty() ? links.remove() : folders.remove();
            try {
                if (entered.add(folder.toRealPath())) {
                    list(folder, hidden, folders, links);
                }
            } catch (IOException e) {
                if (folder.equals(root)) {
                    throw FileErrors.reading(root, e);
                }
                skipped.add(new PreparationReport.Skipped(nameOf(folder),
                        e instanceof AccessDeniedException ? "this folder may not be read" : "this folder cannot be read: " + e.getMessage()));
            }
        }
    }

    private void list(Path folder, Path hidden, ArrayDeque<Path> folders, ArrayDeque<Path> links) throws IOException {
        List<Path> entries;
        try (Stream<Path> list = Files.list(folder)) {
            entries = list.sorted().toList();
        }
        for (Path entry : entries) {
            if (entry.getFileName().toString().startsWith(".") || entry.startsWith(hidden)) {
                continue;
            }
            if (Files.isDirectory(entry)) {
                (Files.isSymbolicLink(entry) ? links : folders).add(entry);
            } else if (Files.isRegularFile(entry)) {
                files.add(nameOf(entry));
            } else if (Files.exists(entry)) {
                skipped.add(new PreparationReport.Skipped(nameOf(entry), "it is a device or a pipe, and no file"));
            } else if (Files.isSymbolicLink(entry)) {
                skipped.add(new PreparationReport.Skipped(nameOf(entry), "it is a link to " + Files.readSymbolicLink(entry) + ", which is not there"));
            }
        }
    }

    private String nameOf(Path path) {
        return root.relativize(path).toString().replace('\\', '/');
    }

    /**
     * The file that a list names, relative to the root: by a path from the root, an absolute one, or one through links.
     *
     * @throws IOException with the reason when it is not a file of this folder
     */
    String find(String name) throws IOException {
        Path path = root.resolve(name).normalize();
        if (!Files.exists(path) && name.contains("\\")) { // a list that was written on Windows
            path = root.resolve(name.replace('\\', '/')).normalize();
        }
        boolean inside = path.startsWith(root);
        if (!inside && Files.exists(path)) {
            Path real = path.toRealPath();
            Path realRoot = root.toRealPath();
            inside = real.startsWith(realRoot);
            path = inside ? root.resolve(realRoot.relativize(real)) : path;
        }
        if (!inside) {
            throw new IOException(name + " lies outside of the folder");
        }
        if (!Files.isRegularFile(path)) {
            throw new IOException(Files.isDirectory(path) ? name + " is a folder" : "there is no file " + name);
        }
        return nameOf(path);
    }
}
