package org.praxino.server.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.io.model.ModelInfo;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores snapshots on disk: suspended sessions, named by a digest of their token, and client snapshots, named by id. Each has a tensor file
 * and a metadata file. Tensor files without metadata are deleted at startup; unreadable metadata files are quarantined.
 */
final class SnapshotStore {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    static final int MAX_SESSIONS = 64;
    static final int MAX_PER_OWNER = 16;

    private static final String TENSORS = ".safetensors";
    private static final String METADATA = ".json";
    private static final String DAMAGED = ".damaged";

    /**
     * Metadata of a snapshot.
     *
     * @param token digest of the resume token; empty for a client snapshot
     * @param next number of the next frame
     * @param paused whether its client had paused it
     * @param until expiry in milliseconds
     */
    record Metadata(String id, String token, String owner, String model, long seed, double fps, int bufferFrames, long created, int run, long next,
            boolean paused, boolean reanchor, long until) {
        /** @param token digest of the resume token; empty for a client snapshot */
        static Metadata of(LiveSession session, String id, String token, long next, long until) {
            SessionProperties i = session.properties();
            return new Metadata(id, token, i.owner(), i.model(), i.seed(), i.fps(), i.bufferFrames(), token.isEmpty()
                    ? System.currentTimeMillis() : i.created(),
                    session.run(), next, session.paused(), i.reanchor(), until);
        }

        /** Metadata of an imported snapshot. */
        static Metadata ofFile(String id, String owner, ModelInfo model, long seed, long next) {
            return new Metadata(id, "", owner, model.name(), seed, model.size().fps(), 0, System.currentTimeMillis(), 0, next, false,
                    false, Long.MAX_VALUE);
        }
    }

    private final Path sessions;
    private final Path snapshots;

    SnapshotStore(Path folder) {
        try {
            this.sessions = Files.createDirectories(folder.resolve("sessions"));
            this.snapshots = Files.createDirectories(folder.resolve("snapshots"));
        } catch (IOException e) {
            throw new UserException("the folder '" + folder + "' cannot be used: " + e.getMessage(), e);
        }
        deleteOrphans(sessions);
        deleteOrphans(snapshots);
    }

    private static void deleteOrphans(Path folder) {
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            String metadata = name.replace(TENSORS, METADATA);
            boolean owned = Files.exists(folder.resolve(metadata)) || Files.exists(folder.resolve(metadata + DAMAGED));
            if (!name.endsWith(METADATA) && !name.endsWith(DAMAGED) && !owned) {
                AtomicFiles.delete(file);
            }
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of(); // the folder was deleted
        } catch (IOException | UncheckedIOException e) {
            throw new UserException("the folder '" + folder + "' cannot be read: " + e.getMessage(), e);
        }
    }

    static String digest(String token) {
        return Sha256.ofText(token);
    }

    // ------------------------------------------------------------------ sessions

    /** The tensor file of a session, to be written before {@link #saveSession}. */
    Path sessionFile(String tokenDigest) {
        return sessions.resolve(tokenDigest + TENSORS);
    }

    /** Saves the metadata of a session whose tensors were written. */
    synchronized void saveSession(Metadata metadata) {
        write(sessions, metadata.token, metadata);
        all(sessions).stream().sorted(Comparator.comparingLong(Metadata::until)).limit(Math.max(0, all(sessions).size() - MAX_SESSIONS))
                .forEach(f -> deleteSession(f.token));
    }

    Optional<Metadata> session(String token) {
        return read(sessions.resolve(digest(token) + METADATA));
    }

    List<Metadata> sessions() {
        return all(sessions);
    }

    void deleteSession(String tokenDigest) {
        AtomicFiles.delete(sessions.resolve(tokenDigest + METADATA));
        AtomicFiles.delete(sessions.resolve(tokenDigest + TENSORS));
    }

    void deleteExpired(long now) {
        all(sessions).stream().filter(f -> f.until < now).forEach(f -> deleteSession(f.token));
    }

    // ------------------------------------------------------------------ snapshots

    Path snapshotFile(String id) {
        return snapshots.resolve(id + TENSORS);
    }

    synchronized void saveSnapshot(Metadata metadata) {
        write(snapshots, metadata.id, metadata);
        List<Metadata> own = all(snapshots).stream().filter(f -> f.owner.equals(metadata.owner))
                .sorted(Comparator.comparingLong(Metadata::created)).toList();
        own.stream().limit(Math.max(0, own.size() - MAX_PER_OWNER)).forEach(f -> deleteSnapshot(f.id));
    }

    /** Imports a snapshot file. @param file on the same disk; is moved */
    void importSnapshot(Path file, Metadata metadata) {
        try {
            Files.move(file, snapshotFile(metadata.id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        saveSnapshot(metadata);
    }

    /** A snapshot of an owner. @param id untrusted */
    Optional<Metadata> snapshot(String id, String owner) {
        return id.matches("snap_[0-9a-f]{1,64}") ? read(snapshots.resolve(id + METADATA)).filter(f -> f.owner.equals(owner)) : Optional.empty();
    }

    void deleteSnapshot(String id) {
        AtomicFiles.delete(snapshots.resolve(id + METADATA));
        AtomicFiles.delete(snapshots.resolve(id + TENSORS));
    }

    /** Writes the metadata; deletes the tensors if that fails. */
    private static void write(Path folder, String name, Metadata metadata) {
        try {
            Json.write(folder.resolve(name + METADATA), metadata);
        } catch (RuntimeException e) {
            AtomicFiles.delete(folder.resolve(name + TENSORS));
            throw e;
        }
    }

    private static Optional<Metadata> read(Path file) {
        try {
            return Optional.of(Json.read(file, Metadata.class));
        } catch (UserException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return Optional.empty(); // deleted concurrently
            }
            quarantine(file, e);
            return Optional.empty();
        }
    }

    /** Renames an unreadable metadata file and keeps it for the operator. */
    private static void quarantine(Path file, UserException error) {
        Path quarantined = file.resolveSibling(file.getFileName() + DAMAGED);
        try {
            Files.move(file, quarantined, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn("{}; it was renamed to {}", error.getMessage(), quarantined.getFileName());
        } catch (IOException e) {
            LOG.warn("{}", error.getMessage());
        }
    }

    private static List<Metadata> all(Path folder) {
        return list(folder).stream().filter(p -> p.toString().endsWith(METADATA)).map(SnapshotStore::read).flatMap(Optional::stream).toList();
    }
}
