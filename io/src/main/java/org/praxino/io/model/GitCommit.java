package org.praxino.io.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The commit a source checkout is at, read from its {@code .git} without running git (gitrepository-layout). */
final class GitCommit {

    private GitCommit() {}

    /** The commit of the checkout that contains {@code start}; null when there is none or it is unknown. */
    static @Nullable String of(Path start) {
        for (Path folder = start.toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path git = folder.resolve(".git");
            if (Files.exists(git)) {
                try {
                    return head(gitFolder(git));
                } catch (IOException e) {
                    return null;
                }
            }
        }
        return null;
    }

    /** In a linked work tree {@code .git} is a file that names the folder. */
    private static Path gitFolder(Path git) throws IOException {
        if (Files.isDirectory(git)) {
            return git;
        }
        String line = Files.readString(git).strip();
        return git.resolveSibling(line.substring(line.indexOf(':') + 1).strip());
    }

    private static @Nullable String head(Path git) throws IOException {
        String head = Files.readString(git.resolve("HEAD")).strip();
        if (!head.startsWith("ref:")) {
            return commit(head);
        }
        String ref = head.substring("ref:".length()).strip();
        Path common = git.resolve("commondir");
        Path refs = Files.exists(common) ? git.resolve(Files.readString(common).strip()) : git;
        if (Files.exists(refs.resolve(ref))) {
            return commit(Files.readString(refs.resolve(ref)).strip());
        }
        Path packed = refs.resolve("packed-refs");
        if (!Files.exists(packed)) {
            return null;
        }
        try (var lines = Files.lines(packed)) {
            return lines.filter(line -> line.endsWith(" " + ref))
                    .findFirst()
                    .map(line -> commit(line.substring(0, line.indexOf(' '))))
                    .orElse(null);
        }
    }

    private static @Nullable String commit(String text) {
        return text.matches("[0-9a-f]{40}|[0-9a-f]{64}") ? text : null;
    }
}
