package org.praxino.media;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Messages for write errors. */
final class WriteErrors {
    private WriteErrors() {}

    static MediaException of(Path output, IOException e) {
        return new MediaException("cannot write '" + output + "': " + reason(output, e), e);
    }

    private static String reason(Path output, IOException e) {
        String words = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : String.valueOf(e.getMessage());
        if (words.contains("No space left")) {
            return "the disk is full";
        } else if (words.contains("quota")) {
            return "the disk quota is used up";
        } else if (words.contains("Read-only")) {
            return "the file system is read-only";
        } else if (words.contains("File name too long")) {
            return "the name is too long";
        } else if (e instanceof AccessDeniedException || words.contains("Permission denied")) {
            return "permission denied";
        } else if (words.contains("Broken pipe")) {
            return "what was reading it has ended";
        }
        Path folder = output.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            return "there is no folder '" + folder + "'";
        }
        return e instanceof NoSuchFileException ? "no file can be made in that folder" : words;
    }
}
