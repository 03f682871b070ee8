package org.praxino.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.praxino.server.db.Database;
import org.praxino.tensor.UserException;

/** The server's data folder, locked by one server at a time. */
final class DataFolder implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private DataFolder(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    static DataFolder open(Path path) {
        FileChannel channel;
        try {
            Files.createDirectories(path.resolve("tmp"));
            Files.createDirectories(path.resolve("jobs"));
            channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UserException("the data folder '" + path + "' cannot be used: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            throw new UserException("the data folder '" + path + "' cannot be locked: " + e.getMessage(), e);
        }
        if (lock == null) {
            close(channel);
            throw new UserException("the data folder '" + path + "' is in use by another praxino server: stop it or choose another with --data");
        }
        return new DataFolder(path, channel, lock);
    }

    /** The database that belongs to a folder. */
    static Database database(Path folder, @Nullable String url) {
        return url == null ? Database.sqlite(folder.resolve("jobs.sqlite")) : Database.postgresql(url);
    }

    /** Reports the free disk space and whether {@code bytes} fit. */
    String diskSpace(long bytes) {
        try {
            long free = Files.getFileStore(path).getUsableSpace();
            return "disk: " + (free >> 30) + " GiB free, limit for finished videos " + (bytes >> 30) + " GiB"
                    + (free < bytes ? ": the disk will be full before --disk is reached" : "");
        } catch (IOException e) {
            return "disk: free space unknown";
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.release();
        } catch (IOException e) {
            // it goes with the process
        }
        close(channel);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // nothing was written to it
        }
    }
}
