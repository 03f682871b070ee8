package org.praxino.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.praxino.io.Sha256;

/** An uploaded file, in memory; request sizes are limited. */
record Upload(byte[] bytes) {
    static Upload read(InputStream in) {
        try (in) {
            return new Upload(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String digest() {
        return Sha256.ofBytes(bytes);
    }

    void writeTo(Path file) throws IOException {
        Files.write(file, bytes);
    }
}
