package org.praxino.train.data.emoji;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.praxino.io.Sha256;
import org.praxino.tensor.UserException;

/**
 * An npm package pinned by its hash, read without unpacking to disk.
 *
 * @param name such as {@code @scope/name}
 * @param version exact
 * @param sha256 of the tarball
 */
public record NpmPackage(String name, String version, String sha256) {

    /** Called with each file of a package, in the order of the tarball. */
    @FunctionalInterface
    public interface EntryReader {
        void read(String path, byte[] bytes) throws IOException;
    }

    /** The name {@code npm pack} gives the tarball. */
    public String fileName() {
        return name.replace("@", "").replace('/', '-') + "-" + version + ".tgz";
    }

    public String id() {
        return name + "@" + version;
    }

    /**
     * The verified tarball, from one of {@code places} (tarballs, or folders that hold them), else from {@code downloads}, into which the
     * {@code npm} client fetches it when it is not there.
     */
    public Path resolve(List<Path> places, Path downloads) throws IOException {
        for (Path place : places) {
            Path file = Files.isDirectory(place) ? place.resolve(fileName()) : place;
            if (Files.isRegularFile(file) && file.getFileName().toString().equals(fileName())) {
                return verified(file);
            }
        }
        Path file = downloads.resolve(fileName());
        if (!Files.isRegularFile(file)) {
            Files.createDirectories(downloads);
            npmPack(downloads);
        }
        return verified(file);
    }

    private Path verified(Path file) {
        String found = Sha256.ofFile(file);
        if (!found.equals(sha256)) {
            throw new UserException(file + " is not the " + id() + " this program knows: its sha256 is " + found + " instead of " + sha256
                    + ". Delete it to have it fetched again.");
        }
        return file;
    }

    private void npmPack(Path folder) throws IOException {
        Path log = folder.resolve(fileName() + ".log");
        try {
            Process npm = new ProcessBuilder(List.of("npm", "pack", id(), "--pack-destination", folder.toAbsolutePath().toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                if (!npm.waitFor(30, TimeUnit.MINUTES)) {
                    throw new UserException("npm did not fetch " + id() + " within 30 minutes.");
                }
            } finally {
                npm.destroy();
            }
            if (npm.exitValue() != 0 || !Files.isRegularFile(folder.resolve(fileName()))) {
                throw new UserException("npm could not fetch " + id() + " (exit code " + npm.exitValue() + "): " + lastLine(log));
            }
            Files.deleteIfExists(log);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Fetching " + id() + " was interrupted.", e);
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log).stream().filter(l -> !l.isBlank()).toList();
        return lines.isEmpty() ? "it said nothing." : lines.getLast();
    }

    /** Reads every regular file of the tarball in turn. */
    public static void readAll(Path tarball, EntryReader reader) throws IOException {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(tarball), 1 << 20);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(file, 1 << 16))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    reader.read(entry.getName(), tar.readAllBytes());
                }
            }
        }
    }
}
