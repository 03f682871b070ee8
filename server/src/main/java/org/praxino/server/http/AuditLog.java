package org.praxino.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import org.praxino.io.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The audit log in the data folder: who changed what, in JSON Lines. Contains no prompts and no keys. */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long MAX_BYTES = 64L << 20;

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    synchronized void record(String request, String caller, String method, String path, int status) {
        var line = new LinkedHashMap<String, Object>();
        line.put("at", Instant.now().toString());
        line.put("request", request);
        line.put("caller", caller);
        line.put("method", method);
        line.put("path", path);
        line.put("status", status);
        try {
            if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
                Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.writeString(file, Json.line(line) + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException | UncheckedIOException e) {
            LOG.error("the audit log cannot be written: {}", e.getMessage());
        }
    }
}
