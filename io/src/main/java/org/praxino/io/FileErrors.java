package org.praxino.io;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** Translates I/O exceptions into actionable messages. */
public final class FileErrors {

    private FileErrors() {}

    /** "Cannot read PATH: REASON", where the reason is said in plain words for the faults people meet. */
    public static UserException reading(Path path, IOException cause) {
        return new UserException("Cannot read " + path + ": " + reason(path, cause, "there is no such file") + ".", cause);
    }

    /** "Cannot write PATH: REASON", where the reason is said in plain words for the faults people meet. */
    public static UserException writing(Path path, IOException cause) {
        return new UserException("Cannot write " + path + ": " + reason(path, cause, "its folder does not exist") + ".", cause);
    }

    private static String reason(Path path, IOException cause, String absent) {
        String known = switch (cause) {
            case NoSuchFileException missing -> missing(path, missing, absent);
            case AccessDeniedException denied -> "permission denied" + elsewhere(path, denied.getFile());
            case NotDirectoryException not -> not.getFile() + " is not a folder";
            case FileAlreadyExistsException exists -> exists.getFile() + " already exists and is not a folder";
            case CharacterCodingException garbled -> "it is not UTF-8 text";
            case DirectoryNotEmptyException full -> full.getFile() + " is a folder with files in it";
            default -> null;
        };
        return known != null ? known : fromSystem(cause);
    }

    private static String missing(Path path, NoSuchFileException missing, String absent) {
        @Nullable String file = missing.getFile();
        return file == null || file.equals(path.toString()) ? absent : "there is no " + file;
    }

    private static String elsewhere(Path path, @Nullable String file) {
        return file == null || file.equals(path.toString()) ? "" : " on " + file;
    }

    private static String fromSystem(IOException cause) {
        @Nullable String said = cause instanceof FileSystemException system ? system.getReason() : cause.getMessage();
        if (said == null) {
            return "the system reported " + cause.getClass().getSimpleName();
        }
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("not enough space")) {
            return "the disk is full";
        }
        if (lower.contains("quota exceeded")) {
            return "the disk quota is used up";
        }
        if (lower.contains("read-only file system")) {
            return "the file system is read-only";
        }
        if (lower.contains("permission denied")) {
            return "permission denied";
        }
        if (lower.contains("is a directory")) {
            return "it is a folder";
        }
        if (lower.contains("not a directory")) {
            return "a part of the path is a file, not a folder";
        }
        return Character.toLowerCase(said.charAt(0)) + said.substring(1).replaceAll("[.\\s]+$", "");
    }
}
