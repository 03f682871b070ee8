package org.praxino.io;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.jar.JarEntry;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * A file derived from a class path resource and cached in the {@link CacheFolder}: what is packed in a jar can be neither mapped nor read
 * in part, and unpacking 90 MB at every start costs more than the start itself.
 */
public final class CachedResource {

    /** Makes the file. */
    @FunctionalInterface
    public interface Converter {
        void convert(Path target);
    }

    /** Stored beside the file: what it must be. */
    record Stamp(String resource, String identity, long bytes, String crc32c) {}

    private static final int PIECE = 1 << 24;

    private CachedResource() {}

    /**
     * The file derived from a resource. Its name carries the resource's checksum and size as the jar's directory gives them, so another
     * version of the jar makes another file. An existing file is used when its size and the CRC-32C of all its bytes are those written down
     * when it was made, and is made again otherwise.
     *
     * @param resource absolute name, without a slash at the beginning
     * @param suffix end of the file's name; changes when the converter does
     * @throws UserException when there is no such resource or the cache cannot be written
     */
    public static Path derive(ClassLoader loader, String resource, String suffix, Converter converter) {
        String identity = identity(loader, resource);
        String name = resource.substring(resource.lastIndexOf('/') + 1) + "-" + identity + suffix;
        Path file = CacheFolder.root().resolve("resources").resolve(name);
        Path stampFile = file.resolveSibling(name + ".json");
        if (isIntact(file, stampFile, resource, identity)) {
            return file;
        }
        converter.convert(file);
        try {
            Json.write(stampFile, new Stamp(resource, identity, Files.size(file), checksum(file)));
        } catch (IOException e) {
            throw FileErrors.reading(file, e);
        }
        return file;
    }

    /** CRC-32 and size of a jar's entry, read from its directory without unpacking; for a plain file, its time and size. */
    private static String identity(ClassLoader loader, String resource) {
        @Nullable URL url = loader.getResource(resource);
        if (url == null) {
            throw new UserException("There is no " + resource + " on the class path: is the jar that carries it missing?");
        }
        try {
            URLConnection connection = url.openConnection();
            if (connection instanceof JarURLConnection jar) {
                JarEntry entry = jar.getJarEntry();
                return HexFormat.of().toHexDigits(entry.getCrc(), 8) + "-" + entry.getSize();
            }
            try (var opened = connection.getInputStream()) {
                return HexFormat.of().toHexDigits(connection.getLastModified(), 11) + "-" + connection.getContentLengthLong();
            }
        } catch (IOException e) {
            throw new UserException("Cannot read " + resource + " from the class path: " + e.getMessage() + ".", e);
        }
    }

    private static boolean isIntact(Path file, Path stampFile, String resource, String identity) {
        if (!Files.exists(stampFile)) {
            return false;
        }
        try {
            Stamp stamp = Json.read(stampFile, Stamp.class);
            return stamp.resource().equals(resource)
                    && stamp.identity().equals(identity)
                    && stamp.bytes() == Files.size(file)
                    && stamp.crc32c().equals(checksum(file));
        } catch (IOException | UserException e) {
            return false; // whatever is wrong with a cached file, it is made again
        }
    }

    private static String checksum(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(piece.clear()) >= 0) {
                crc.update(piece.flip());
            }
        }
        return HexFormat.of().toHexDigits(crc.getValue(), 8);
    }
}
