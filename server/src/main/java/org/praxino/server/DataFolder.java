package org.praxino.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import org.praxino.io.FileErrors;
import org.praxino.server.content.ContentStore;
import org.praxino.server.db.Database;
import org.praxino.server.db.ServerState;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's data folder, locked by one server at a time. */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final String FOLDER_ID = "folder";
    private static final Set<PosixFilePermission> OF_OTHERS =
            EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);

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
            Files.createDirectories(path);
            removeRightsOfOthers(path);
            Files.createDirectories(path.resolve("tmp"));
            Files.createDirectories(path.resolve("jobs"));
            channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new UserException("the data folder '" + path + "' cannot be used: " + e.getMessage() + " is a file", e);
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
        emptyTemporary(path.resolve("tmp"));
        return new DataFolder(path, channel, lock);
    }

    /** What a server that was killed left there. */
    private static void emptyTemporary(Path folder) {
        try {
            AtomicFiles.delete(folder);
            Files.createDirectories(folder);
        } catch (IOException | RuntimeException e) {
            LOG.warn("temporary files of an earlier server stay: {}", e.getMessage());
        }
    }

    /** Videos, prompts and the secret in the folder are its owner's: other users of the machine see nothing of it. */
    private static void removeRightsOfOthers(Path path) throws IOException {
        if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
            try {
                Set<PosixFilePermission> now = Files.getPosixFilePermissions(path);
                if (now.removeAll(OF_OTHERS)) {
                    Files.setPosixFilePermissions(path, now);
                }
            } catch (IOException e) {
                LOG.warn("other users may be able to read {}: {}", path, e.getMessage());
            }
        }
    }

    /**
     * Folder and database know each other by an id, so that neither is used with another's. What has no id yet gets one, unless the folder
     * holds finished videos of which the database knows none.
     *
     * @param write whether to write the id down
     * @throws UserException if they do not belong together
     */
    private void pair(Jdbi database, boolean write) {
        Path file = path.resolve("id");
        String mine = readId(file);
        var state = new ServerState(database);
        String theirs = state.get(FOLDER_ID).orElse(null);
        if (mine != null && mine.equals(theirs)) {
            return;
        }
        if (mine != null && theirs != null) {
            throw new UserException("the data folder '" + path + "' and the database do not belong together: the folder is " + mine
                    + ", and the database was used with the folder " + theirs + ". Give the right one with --data or --database");
        }
        if (theirs != null) {
            throw new UserException("the data folder '" + path + "' is not the one that the database was used with. Give that one with --data; "
                    + "if it is gone for good, write " + theirs + " into the file '" + file + "'");
        }
        var content = new ContentStore(path.resolve("jobs"));
        List<String> finished = content.idsWithOutput();
        if (!finished.isEmpty() && !anyKnown(database, finished)) {
            throw new UserException("the data folder '" + path + "' holds " + finished.size() + " finished videos, and the database knows none of them: "
                    + "give the database that it was used with by --database, or another folder by --data");
        }
        if (write) {
            String id = mine == null ? UUID.randomUUID().toString() : mine;
            AtomicFiles.writeString(file, id + "\n");
            state.set(FOLDER_ID, id);
        }
    }

    private static @Nullable String readId(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file).strip() : "";
            return text.isEmpty() ? null : text;
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
    }

    private static boolean anyKnown(Jdbi database, List<String> ids) {
        return database.withHandle(h -> ids.stream().anyMatch(id ->
                h.createQuery("SELECT COUNT(*) FROM jobs WHERE id = :id").bind("id", id).mapTo(Integer.class).one() > 0));
    }

    /**
     * Opens the database that belongs to this folder.
     *
     * @param url PostgreSQL, or null for SQLite in the folder
     * @param write whether a pair that is new is written down
     * @throws UserException if it cannot be used, or belongs to another folder
     */
    Database database(@Nullable String url, boolean write) {
        if (url != null) {
            return Database.postgresql(url, jdbi -> pair(jdbi, write));
        }
        Database database = sqlite(path);
        try {
            pair(database.jdbi(), write);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    static Database sqlite(Path folder) {
        return Database.sqlite(folder.resolve("jobs.sqlite"));
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
