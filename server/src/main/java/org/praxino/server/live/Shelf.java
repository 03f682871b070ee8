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
 * Snapshots on disk: of sessions whose client went away, named by a digest of their token, and those that clients asked for, named by id.
 * Each is a file of tensors and one of facts; tensors that have no facts are half-written and swept away, facts that cannot be read are set aside.
 */
final class Shelf {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    static final int MOST_SESSIONS = 64;
    static final int MOST_OF_OWNER = 16;

    private static final String TENSORS = ".safetensors";
    private static final String FACTS = ".json";
    private static final String DAMAGED = ".damaged";

    /**
     * What is kept beside the tensors.
     *
     * @param token digest of it; empty for a snapshot that was asked for
     * @param next number of the frame that comes next
     * @param paused whether its client had paused it
     * @param until in milliseconds; for ever for what was asked for
     */
    record Facts(String id, String token, String owner, String model, long seed, double fps, int bufferFrames, long created, int run, long next,
            boolean paused, boolean reanchor, long until) {
        /** @param token digest of it; empty for a snapshot that was asked for, which is as old as it is */
        static Facts of(LiveSession session, String id, String token, long next, long until) {
            Identity i = session.identity();
            return new Facts(id, token, i.owner(), i.model(), i.seed(), i.fps(), i.bufferFrames(), token.isEmpty() ? System.currentTimeMillis() : i.created(),
                    session.run(), next, session.paused(), i.reanchor(), until);
        }

        /** Of a snapshot that came as a file. */
        static Facts ofFile(String id, String owner, ModelInfo model, long seed, long next) {
            return new Facts(id, "", owner, model.name(), seed, model.size().fps(), 0, System.currentTimeMillis(), 0, next, false, false, Long.MAX_VALUE);
        }
    }

    private final Path sessions;
    private final Path snapshots;

    Shelf(Path folder) {
        try {
            this.sessions = Files.createDirectories(folder.resolve("sessions"));
            this.snapshots = Files.createDirectories(folder.resolve("snapshots"));
        } catch (IOException e) {
            throw new UserException("the folder '" + folder + "' cannot be used: " + e.getMessage(), e);
        }
        sweep(sessions);
        sweep(snapshots);
    }

    private static void sweep(Path folder) {
        for (Path file : list(folder)) {
            String name = file.getFileName().toString();
            String facts = name.replace(TENSORS, FACTS);
            boolean owned = Files.exists(folder.resolve(facts)) || Files.exists(folder.resolve(facts + DAMAGED));
            if (!name.endsWith(FACTS) && !name.endsWith(DAMAGED) && !owned) {
                AtomicFiles.delete(file);
            }
        }
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of(); // the folder was taken away: nothing is kept
        } catch (IOException | UncheckedIOException e) {
            throw new UserException("the folder '" + folder + "' cannot be read: " + e.getMessage(), e);
        }
    }

    static String digest(String token) {
        return Sha256.ofText(token);
    }

    // ------------------------------------------------------------------ sessions

    /** Where the tensors of a session go before {@link #keep}. */
    Path sessionFile(String tokenDigest) {
        return sessions.resolve(tokenDigest + TENSORS);
    }

    /** The tensors are there. */
    synchronized void keep(Facts facts) {
        write(sessions, facts.token, facts);
        all(sessions).stream().sorted(Comparator.comparingLong(Facts::until)).limit(Math.max(0, all(sessions).size() - MOST_SESSIONS))
                .forEach(f -> forget(f.token));
    }

    Optional<Facts> session(String token) {
        return read(sessions.resolve(digest(token) + FACTS));
    }

    List<Facts> sessions() {
        return all(sessions);
    }

    void forget(String tokenDigest) {
        AtomicFiles.delete(sessions.resolve(tokenDigest + FACTS));
        AtomicFiles.delete(sessions.resolve(tokenDigest + TENSORS));
    }

    void tidy(long now) {
        all(sessions).stream().filter(f -> f.until < now).forEach(f -> forget(f.token));
    }

    // ------------------------------------------------------------------ snapshots

    Path snapshotFile(String id) {
        return snapshots.resolve(id + TENSORS);
    }

    synchronized void keepSnapshot(Facts facts) {
        write(snapshots, facts.id, facts);
        List<Facts> own = all(snapshots).stream().filter(f -> f.owner.equals(facts.owner)).sorted(Comparator.comparingLong(Facts::created)).toList();
        own.stream().limit(Math.max(0, own.size() - MOST_OF_OWNER)).forEach(f -> forgetSnapshot(f.id));
    }

    /** Keeps a file from elsewhere as a snapshot. @param file on the same disk; is moved away */
    void take(Path file, Facts facts) {
        try {
            Files.move(file, snapshotFile(facts.id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keepSnapshot(facts);
    }

    /** A snapshot of one's own. @param id from anywhere */
    Optional<Facts> snapshot(String id, String owner) {
        return id.matches("snap_[0-9a-f]{1,64}") ? read(snapshots.resolve(id + FACTS)).filter(f -> f.owner.equals(owner)) : Optional.empty();
    }

    void forgetSnapshot(String id) {
        AtomicFiles.delete(snapshots.resolve(id + FACTS));
        AtomicFiles.delete(snapshots.resolve(id + TENSORS));
    }

    /** Writes the facts beside the tensors, which go where that cannot be done: nobody would find them. */
    private static void write(Path folder, String name, Facts facts) {
        try {
            Json.write(folder.resolve(name + FACTS), facts);
        } catch (RuntimeException e) {
            AtomicFiles.delete(folder.resolve(name + TENSORS));
            throw e;
        }
    }

    private static Optional<Facts> read(Path file) {
        try {
            return Optional.of(Json.read(file, Facts.class));
        } catch (UserException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return Optional.empty(); // forgotten, maybe a moment ago
            }
            setAside(file, e);
            return Optional.empty();
        }
    }

    /** What cannot be read must not stand in the way of the rest; it is kept for who looks after the server. */
    private static void setAside(Path file, UserException why) {
        Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
        try {
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
            LOG.warn("{}; it was set aside as {}", why.getMessage(), aside.getFileName());
        } catch (IOException e) {
            LOG.warn("{}", why.getMessage());
        }
    }

    private static List<Facts> all(Path folder) {
        return list(folder).stream().filter(p -> p.toString().endsWith(FACTS)).map(Shelf::read).flatMap(Optional::stream).toList();
    }
}
