package org.praxino.io.pull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;

/**
 * The contents of {@code pull.json}: sources, licences and checksums of downloaded files.
 *
 * @param checkpoint the name it was asked for by, or null for a URL
 * @param licences SPDX identifiers that were accepted
 */
public record PullRecord(@Nullable String checkpoint, List<String> licences, List<Entry> files) {
    /** The file's name. */
    public static final String FILE = "pull.json";

    /**
     * A file that is whole.
     *
     * @param path in the folder, with slashes
     * @param compared whether there was a checksum to compare with
     * @param modified its time in milliseconds when it was whole: a file changed since is hashed again
     * @param fetchedAt in whole seconds
     */
    public record Entry(String path, String url, long bytes, String sha256, boolean compared, long modified, Instant fetchedAt) {}

    public PullRecord {
        licences = List.copyOf(licences);
        files = List.copyOf(files);
    }

    /** What is written in a folder; empty when nothing readable is. */
    public static PullRecord of(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (Files.isRegularFile(file)) {
                return Json.read(file, PullRecord.class);
            }
        } catch (UserException e) {
            // a record that cannot be read proves nothing, so the files themselves are read
        }
        return new PullRecord(null, List.of(), List.of());
    }

    /**
     * The entry of a file that has not changed since; null when there is none, or when the times cannot prove it. A file system's clock is
     * coarse, so a file written in the very second of its record may have changed after it (git calls such an entry racily clean).
     */
    @Nullable Entry intact(Path folder, String path) {
        for (Entry e : files) {
            if (e.path.equals(path)) {
                try {
                    Path file = folder.resolve(path);
                    boolean same = Files.size(file) == e.bytes && Files.getLastModifiedTime(file).toMillis() == e.modified;
                    return same && e.fetchedAt.toEpochMilli() > e.modified ? e : null;
                } catch (IOException gone) {
                    return null;
                }
            }
        }
        return null;
    }

    /** Replaces the entry of the same file. */
    PullRecord with(Entry entry) {
        var all = new ArrayList<>(files);
        all.removeIf(e -> e.path.equals(entry.path));
        all.add(entry);
        return new PullRecord(checkpoint, licences, all);
    }

    PullRecord about(@Nullable String name, List<String> accepted) {
        return new PullRecord(name == null ? checkpoint : name, accepted.isEmpty() ? licences : accepted, files);
    }

    void write(Path folder) {
        Json.write(folder.resolve(FILE), this);
    }
}
