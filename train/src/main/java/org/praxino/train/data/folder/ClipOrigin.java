package org.praxino.train.data.folder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/** Where the frames of a clip are. */
sealed interface ClipOrigin {
    /** A video or picture. */
    record Single(Path file) implements ClipOrigin {}

    /** Pictures that follow each other, at the rate of the set. */
    record Sequence(List<Path> pictures) implements ClipOrigin {
        public Sequence {
            pictures = List.copyOf(pictures);
        }
    }

    /** A video or picture in a tar archive that is not compressed. */
    record InTar(Path archive, String entry) implements ClipOrigin {
        /** Its bytes as a file of its own, which the caller deletes. */
        Path extracted() throws IOException {
            try (var tar = new TarFile(archive)) {
                for (TarArchiveEntry each : tar.getEntries()) {
                    if (each.getName().equals(entry)) {
                        Path file = Files.createTempFile("praxino-", entry.substring(entry.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9.]", "_"));
                        try (InputStream in = tar.getInputStream(each)) {
                            Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                        }
                        return file;
                    }
                }
            }
            throw new IOException(archive + " holds no " + entry);
        }
    }

    /** Size and time of what it is read from, which stand for its contents. */
    default String stamp() throws IOException {
        return switch (this) {
            case Single s -> stamp(s.file);
            case InTar t -> stamp(t.archive);
            case Sequence s -> {
                var all = new StringBuilder();
                for (Path picture : s.pictures) {
                    all.append(stamp(picture)).append(' ');
                }
                yield all.toString();
            }
        };
    }

    private static String stamp(Path file) throws IOException {
        return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
    }
}
