package org.praxino.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * Writes files and folders atomically: under a temporary name in the same folder, synced to disk, then renamed. Creates missing parent
 * folders. Every failure is one message (see {@link FileErrors}) and leaves neither the temporary file nor a changed target.
 */
public final class AtomicFiles {

    /** Writes a file's bytes. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel channel) throws IOException;
    }

    /** Fills a new, empty folder. */
    @FunctionalInterface
    public interface FolderContent {
        void writeTo(Path folder) throws IOException;
    }

    private AtomicFiles() {}

    /** Writes {@code target}, replacing a file of that name in one step. */
    public static void write(Path target, Content content) {
        Path file = target.toAbsolutePath();
        Path temporary = TemporaryFiles.beside(file);
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            TemporaryFiles.finished(temporary);
            forceFolder(file.getParent());
        } catch (IOException e) {
            TemporaryFiles.discard(temporary);
            throw FileErrors.writing(target, e);
        } catch (RuntimeException | Error e) {
            TemporaryFiles.discard(temporary);
            throw e;
        }
    }

    public static void writeBytes(Path target, byte[] bytes) {
        write(target, channel -> {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        });
    }

    public static void writeString(Path target, String text) {
        writeBytes(target, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Makes the folder {@code target} with the content given, replacing a folder of that name: readers see the old one, for an
     * instant none, then the new one, and never a part of one.
     */
    public static void folder(Path target, FolderContent content) {
        Path folder = target.toAbsolutePath();
        Path temporary = TemporaryFiles.beside(folder);
        try {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(temporary);
            content.writeTo(temporary);
            forceTree(temporary);
            replaceFolder(temporary, folder);
            TemporaryFiles.finished(temporary);
            forceFolder(folder.getParent());
        } catch (IOException e) {
            TemporaryFiles.discard(temporary);
            throw FileErrors.writing(target, e);
        } catch (UserException e) {
            TemporaryFiles.discard(temporary);
            String said = String.valueOf(e.getMessage());
            // Nobody asked for a file in the temporary folder.
            throw said.contains(temporary.toString()) ? new UserException(said.replace(temporary.toString(), target.toString()), e) : e;
        } catch (RuntimeException | Error e) {
            TemporaryFiles.discard(temporary);
            throw e;
        }
    }

    /**
     * Checks whether {@code target} could be written, without creating anything: for the end of long work, asked at its beginning.
     *
     * @throws UserException when it is a folder, or lies where nothing can be made
     */
    public static void requireWritable(Path target) {
        Path file = target.toAbsolutePath();
        if (Files.isDirectory(file)) {
            throw FileErrors.writing(target, new FileSystemException(target.toString(), null, "is a directory"));
        }
        Path folder = file.getParent();
        while (folder != null && !Files.exists(folder)) {
            folder = folder.getParent();
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw FileErrors.writing(target, new NotDirectoryException(folder.toString()));
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw FileErrors.writing(target, new AccessDeniedException(folder.toString()));
        }
    }

    /** Deletes a file or a folder with all it holds; what is not there is fine. */
    public static void delete(Path path) {
        try {
            TemporaryFiles.deleteTree(path);
        } catch (IOException e) {
            throw FileErrors.writing(path, e);
        }
    }

    /** Whether {@code path} is the unfinished work of this class, left by a process that was killed. */
    public static boolean isTemporary(Path path) {
        return TemporaryFiles.isTemporary(path);
    }

    private static void replaceFolder(Path temporary, Path folder) throws IOException {
        if (!Files.exists(folder)) {
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        Path old = TemporaryFiles.beside(folder);
        Files.move(folder, old, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            Files.move(old, folder, StandardCopyOption.ATOMIC_MOVE);
            TemporaryFiles.finished(old);
            throw e;
        }
        TemporaryFiles.discard(old);
    }

    private static void forceTree(Path root) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.toList();
        }
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                forceFolder(file);
            } else {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    private static void forceFolder(@Nullable Path folder) {
        if (folder == null) {
            return; // above the root
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException ignored) {
            // Some systems cannot open a folder; the rename itself has been done.
        }
    }
}
