package org.praxino.io.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;

/**
 * A partially downloaded file: {@code .NAME.part} beside the place where it will be, and {@code .NAME.part.json}, which says of what it is
 * a part. Both outlive the process, so that a transfer resumes where it stopped; one process at a time works on a part.
 */
final class PartialFile implements AutoCloseable {
    /**
     * Of what a part is a part.
     *
     * @param url as asked for
     * @param validator the server's name for these very bytes, or null
     * @param sha256 of the whole, as far as known
     */
    record Origin(String url, @Nullable String validator, @Nullable String sha256) {}

    private static final int PIECE = 1 << 20;

    private final Path target;
    private final Path path;
    private final Path note;
    private final DiskOperations disk;
    private final FileChannel file;
    private final MessageDigest digest;
    private Origin origin;
    private long length;

    private PartialFile(Path target, Path path, Path note, DiskOperations disk, FileChannel file, Origin origin) {
        this.target = target;
        this.path = path;
        this.note = note;
        this.disk = disk;
        this.file = file;
        this.origin = origin;
        this.digest = sha256();
    }

    /** Bytes there are of {@code target}'s part, without opening it. */
    static long lengthFor(Path target) {
        try {
            return Files.size(part(target));
        } catch (IOException e) {
            return 0;
        }
    }

    private static Path part(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".part");
    }

    /**
     * Opens the partial file and reads its state; a part of something else is restarted.
     *
     * @param read receives the number of bytes read so far
     */
    static PartialFile open(Path target, RemoteFile wanted, DiskOperations disk, java.util.function.LongConsumer read) {
        Path path = part(target);
        Path note = target.resolveSibling("." + target.getFileName() + ".part.json");
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock(file, target);
                Origin origin = new Origin(wanted.url().toString(), null, wanted.sha256());
                PartialFile part = new PartialFile(target, path, note, disk, file, origin);
                part.resumeFrom(wanted, read);
                return part;
            } catch (IOException | RuntimeException | Error e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    private static void lock(FileChannel file, Path target) throws IOException {
        try {
            if (file.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // the same sentence
        }
        throw new UserException("Another process is fetching " + target + " at this moment.");
    }

    private void resumeFrom(RemoteFile wanted, java.util.function.LongConsumer read) throws IOException {
        @Nullable Origin before = before();
        boolean same = before != null && before.url.equals(origin.url) && (before.validator != null || before.sha256 != null)
                && (wanted.sha256() == null || wanted.sha256().equals(before.sha256));
        if (before == null || !same || wanted.bytes() >= 0 && file.size() > wanted.bytes()) {
            restart();
            return;
        }
        origin = before;
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        while (file.read(piece.clear(), length) > 0) {
            length += piece.flip().remaining();
            digest.update(piece);
            read.accept(length);
        }
        file.position(length);
    }

    private @Nullable Origin before() {
        try {
            return Files.exists(note) ? Json.read(note, Origin.class) : null;
        } catch (UserException e) {
            return null; // a note that cannot be read says nothing
        }
    }

    /** Discards the data received so far. */
    void restart() {
        try {
            file.truncate(0);
            file.position(0);
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
        length = 0;
        digest.reset();
    }

    /** Says, before bytes are added, what they are bytes of. */
    void describe(@Nullable String validator, @Nullable String sha256) {
        Origin now = new Origin(origin.url, validator, sha256);
        if (!now.equals(origin) || !Files.exists(note)) {
            origin = now;
            Json.write(note, now);
        }
    }

    void append(ByteBuffer bytes) {
        ByteBuffer same = bytes.duplicate();
        int count = bytes.remaining();
        try {
            disk.write(file, bytes);
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
        digest.update(same);
        length += count;
    }

    long length() {
        return length;
    }

    Origin origin() {
        return origin;
    }

    /** SHA-256 of the complete data: nothing may be added afterwards. */
    String checksum() {
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Gives the file its name. */
    void finish() {
        try {
            file.force(true);
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(note);
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    /** Deletes the data received so far. */
    void discard() {
        try {
            Files.deleteIfExists(path);
            Files.deleteIfExists(note);
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
            if (length == 0 && Files.exists(path) && Files.size(path) == 0) {
                discard();
            }
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
