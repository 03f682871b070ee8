package org.praxino.io.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.io.Sha256;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;

/**
 * Downloads files into a folder: existing files are verified and kept, files of neighbouring folders are linked, the rest is downloaded.
 * Resumes after interruptions, including a killed process. Not thread-safe.
 */
public final class Puller implements AutoCloseable {
    /** Where a file came from. */
    public enum Origin {
        /** The file existed and its checksum is right. */
        PRESENT,
        /** A hard link to the same file in another folder. */
        LINKED,
        DOWNLOADED
    }

    /**
     * A completed file.
     *
     * @param compared whether the expected checksum was known
     */
    public record PulledFile(Path file, long bytes, String sha256, Origin origin, boolean compared) {}

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpTransfer transfer;
    private final Download download;
    private final DiskOperations disk;

    private Puller(HttpTransfer transfer, Download download, DiskOperations disk) {
        this.transfer = transfer;
        this.download = download;
        this.disk = disk;
    }

    /** With the proxies the environment names. @param environment usually {@code System.getenv()} */
    public static Puller of(ModelHub hub, Map<String, String> environment) {
        return of(hub, environment, DiskOperations.REAL, Thread::sleep, PATIENCE);
    }

    static Puller of(ModelHub hub, Map<String, String> environment, DiskOperations disk, Download.Pause pause, Duration patience) {
        HttpTransfer transfer = new HttpTransfer(hub, environment, patience);
        return new Puller(transfer, new Download(transfer, disk, pause, patience), disk);
    }

    /**
     * Downloads all files to {@code folder}. An interrupt of the thread ends it; partial files are kept.
     *
     * @param name of the checkpoint, for the record, or null
     * @param licences accepted, for the record
     * @param otherFolders folders that may have the same files, each with a record
     * @param progress in megabytes
     * @throws UserException one sentence; files that are complete stay
     */
    public List<PulledFile> pull(
            Path folder, @Nullable String name, List<String> licences, List<RemoteFile> files, List<Path> otherFolders, Progress progress) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileErrors.writing(folder, e);
        }
        PullRecord record = PullRecord.of(folder).about(name, licences);
        requireSpace(folder, record, files, otherFolders);
        var pulled = new ArrayList<PulledFile>();
        for (RemoteFile wanted : files) {
            PulledFile one = one(folder, record, wanted, otherFolders, progress);
            pulled.add(one);
            record = record.with(entry(wanted, one));
            record.write(folder);
        }
        return pulled;
    }

    private PulledFile one(Path folder, PullRecord record, RemoteFile wanted, List<Path> otherFolders, Progress progress) {
        Path target = folder.resolve(wanted.to());
        LongConsumer come = done -> progress.update(done / 1_000_000, wanted.bytes() < 0 ? -1 : wanted.bytes() / 1_000_000, wanted.to());
        if (Files.exists(target)) {
            return verified(folder, target, record, wanted);
        }
        @Nullable PulledFile linked = link(target, wanted, otherFolders);
        if (linked != null) {
            return linked;
        }
        Download.Fetched fetched = download.fetch(wanted, target, come);
        return new PulledFile(target, fetched.bytes(), fetched.sha256(), Origin.DOWNLOADED, fetched.compared());
    }

    /** An existing file: right, or not to be touched. */
    private static PulledFile verified(Path folder, Path target, PullRecord record, RemoteFile wanted) {
        PullRecord.@Nullable Entry entry = record.intact(folder, wanted.to());
        try {
            long bytes = Files.size(target);
            String sum = entry != null ? entry.sha256() : Sha256.ofFile(target);
            boolean known = wanted.sha256() != null || entry != null && entry.url().equals(wanted.url().toString());
            boolean right = (wanted.bytes() < 0 || wanted.bytes() == bytes) && (wanted.sha256() == null || wanted.sha256().equals(sum));
            if (right && (known || wanted.bytes() >= 0)) {
                return new PulledFile(target, bytes, sum, Origin.PRESENT, wanted.sha256() != null || entry != null && entry.compared());
            }
        } catch (IOException e) {
            throw FileErrors.reading(target, e);
        }
        throw new UserException(target + " is there, but it is not the file at " + wanted.url() + ": move it away, or fetch into another"
                + " folder with --to.");
    }

    /** The same bytes under another name, when another folder has them; null when none has or the disk cannot do that. */
    private static @Nullable PulledFile link(Path target, RemoteFile wanted, List<Path> otherFolders) {
        @Nullable Path copy = findCopy(wanted, otherFolders);
        try {
            if (copy != null && Sha256.ofFile(copy).equals(wanted.sha256())) {
                Files.createDirectories(target.getParent());
                Files.createLink(target, copy);
                return new PulledFile(target, Files.size(target), String.valueOf(wanted.sha256()), Origin.LINKED, true);
            }
        } catch (IOException | UnsupportedOperationException e) {
            // then it is fetched
        }
        return null;
    }

    private static @Nullable Path findCopy(RemoteFile wanted, List<Path> otherFolders) {
        if (wanted.sha256() == null) {
            return null;
        }
        for (Path folder : otherFolders) {
            for (PullRecord.Entry e : PullRecord.of(folder).files()) {
                Path file = folder.resolve(e.path()).normalize();
                if (e.sha256().equals(wanted.sha256()) && file.startsWith(folder.normalize()) && Files.isRegularFile(file)) {
                    return file;
                }
            }
        }
        return null;
    }

    private void requireSpace(Path folder, PullRecord record, List<RemoteFile> files, List<Path> otherFolders) {
        long need = 0;
        for (RemoteFile w : files) {
            Path target = folder.resolve(w.to());
            if (w.bytes() >= 0 && !Files.exists(target) && findCopy(w, otherFolders) == null) {
                need += w.bytes() - Math.min(w.bytes(), PartialFile.lengthFor(target));
            }
        }
        try {
            long free = disk.free(folder);
            if (need > free) {
                throw new UserException(String.format(Locale.ROOT, "There is not enough space in %s: %.1f GB are still to come and %.1f GB are"
                        + " free.", folder, need / 1e9, free / 1e9));
            }
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    private static PullRecord.Entry entry(RemoteFile wanted, PulledFile pulled) {
        try {
            long modified = Files.getLastModifiedTime(pulled.file()).toMillis();
            Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
            return new PullRecord.Entry(wanted.to(), wanted.url().toString(), pulled.bytes(), pulled.sha256(), pulled.compared(), modified, now);
        } catch (IOException e) {
            throw FileErrors.reading(pulled.file(), e);
        }
    }

    @Override
    public void close() {
        transfer.close();
    }
}
