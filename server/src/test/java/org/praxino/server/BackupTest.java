package org.praxino.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.job.Postgresql;

/** The commands of docs/operations.md that back up and restore a server's data, tried on one with SQLite and on one with PostgreSQL. */
@EnabledOnOs(OS.LINUX)
class BackupTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 1, \"format\": \"gif\"}";

    @TempDir
    Path folder;

    private @Nullable String database; // of PostgreSQL

    /** Runs the documented command that begins with {@code start} on this test's folder. */
    private void documented(String start) throws IOException, InterruptedException {
        Path root = Path.of("").toAbsolutePath();
        String text = Files.readString(Files.exists(root.resolve("docs")) ? root.resolve("docs/operations.md") : root.resolve("../docs/operations.md"));
        var found = Pattern.compile("^" + Pattern.quote(start) + ".*$", Pattern.MULTILINE).matcher(text);
        assertThat(found.find()).as(start).isTrue();
        String command = found.group().replace("/var/lib", folder.toString()).replace("2026-01-31", "$(date +%F)");
        var builder = new ProcessBuilder("bash", "-c", command).directory(folder.toFile()).redirectErrorStream(true);
        if (database != null) {
            builder.environment().put("PRAXINO_DATABASE", database);
            builder.environment().merge("PATH", Postgresql.programs().orElseThrow().toString(), (path, programs) -> programs + File.pathSeparator + path);
        }
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + said).isZero();
    }

    private TestServer start() {
        return TestServer.start(folder.resolve("praxino"), c -> new ServerConfig(c.bind(), c.data(), database, c.limits(), c.hooks(), null), new TestModel());
    }

    @Test
    void whatWasBackedUpIsThereAfterARestore() throws Exception {
        backUpAndRestore();
    }

    @Test
    void theSameWithPostgresql() throws Exception {
        Assumptions.assumeTrue(Postgresql.programs().filter(p -> Files.isExecutable(p.resolve("pg_dump"))).isPresent(), "PostgreSQL is not installed");
        try (var postgresql = Postgresql.start()) {
            database = postgresql.create("backup");
            backUpAndRestore();
        }
    }

    private void backUpAndRestore() throws Exception {
        String kept;
        byte[] content;
        try (var server = start()) {
            kept = server.create(SMALL);
            server.awaitEnd(kept);
            content = server.get("/v1/videos/" + kept + "/content").body();
        }
        documented("tar --create");
        if (database != null) {
            documented("pg_dump");
        }
        String later;
        try (var server = start()) {
            assertThat(server.delete("/v1/videos/" + kept).statusCode()).isLessThan(300);
            later = server.create(SMALL);
            server.awaitEnd(later);
        }
        documented("mv /var/lib/praxino /var/lib/praxino.old");
        documented("tar --extract");
        if (database != null) {
            documented("pg_restore");
        }
        try (var server = start()) {
            assertThat(server.get("/v1/videos/" + kept + "/content").body()).isEqualTo(content);
            assertThat(server.get("/v1/videos/" + later).statusCode()).isEqualTo(404);
            server.awaitEnd(server.create(SMALL));
        }
        assertThat(List.of(folder.toFile().list())).contains("praxino", "praxino.old");
    }
}
