package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.server.TinyModel;
import tools.jackson.databind.JsonNode;

/**
 * The blocks of commands in docs/operations.md for an upgrade and the way back, run as they stand there on a service of this program. Its
 * folders lie in a temporary one; {@code systemctl} starts and stops a process, {@code sudo} runs its command, and {@code git archive} gives a
 * tree whose launcher starts what is being tested, because a build would take minutes.
 */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class UpgradeTest {
    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    private void script(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A tree as it is installed, with a file that tells its version. */
    private void tree(String place, String version) throws IOException {
        script(place + "/praxino", "exec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx1g"
                + " --enable-native-access=ALL-UNNAMED -Dorg.bytedeco.javacpp.cachedir='"
                + System.getProperty("org.bytedeco.javacpp.cachedir", folder.resolve("native").toString()) + "' -Dpraxino.root='" + Checkout.root() + "' -cp '"
                + System.getProperty("java.class.path") + "' org.praxino.app.Main \"$@\"\n");
        Files.writeString(folder.resolve(place + "/VERSION"), version);
    }

    private void install() throws IOException {
        tree("opt/praxino", "old");
        tree("release", "new");
        Path model = TinyModel.save(folder.resolve("tiny"));
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        script("bin/git", "[ \"$*\" = 'archive HEAD' ] && exec tar -c -C '" + folder + "/release' .\n");
        script("bin/sudo", "[ \"$1 $2\" = '-u praxino' ] && shift 2 && exec \"$@\"\n");
        script("bin/systemctl", """
                cd 'FOLDER' || exit 1
                case "$*" in
                    'start praxino') opt/praxino/praxino serve --port PORT --data lib/praxino -m tiny --dtype fp32 >> service.log 2>&1 & echo $! > pid ;;
                    'stop praxino') [ -e pid ] || exit 0; kill -TERM "$(cat pid)"
                        while kill -0 "$(cat pid)" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$(cat pid)/status"; do sleep 0.05; done; rm pid ;;
                    *) exit 1 ;;
                esac
                """.replace("FOLDER", folder.toString()).replace("PORT", String.valueOf(port)).replace("-m tiny", "-m '" + model + "'"));
        Files.createDirectories(folder.resolve("lib"));
    }

    @AfterEach
    void end() throws Exception {
        bash("systemctl stop praxino");
        client.close();
    }

    private String bash(String commands) throws IOException, InterruptedException {
        if (!Files.exists(folder.resolve("bin"))) {
            return ""; // it was skipped
        }
        var builder = new ProcessBuilder("bash", "-e", "-c", commands).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        int code = builder.start().waitFor();
        String said = Files.readString(folder.resolve("said"), StandardCharsets.UTF_8);
        assertThat(code).as(commands + "\n" + said + service()).isZero();
        return said;
    }

    private String service() throws IOException {
        Path log = folder.resolve("service.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Runs the block after the line that begins with {@code title}, without its lines for PostgreSQL. */
    private void documented(String title) throws IOException, InterruptedException {
        String text = Files.readString(Checkout.root().resolve("docs/operations.md"));
        var block = Pattern.compile("^" + title + ".*?^```\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL).matcher(text);
        assertThat(block.find()).as(title).isTrue();
        bash(block.group(1).lines().filter(l -> !l.startsWith("pg_")).collect(Collectors.joining("\n")).replace("/var/lib", folder + "/lib")
                .replace("/opt", folder + "/opt").replace("127.0.0.1:8080", "127.0.0.1:" + port).replace("praxino serve ", "praxino serve --port " + port + " ").replace("2026-01-31", "$(date +%F)"));
    }

    private void ready() throws Exception {
        bash("curl --silent --retry 60 --retry-connrefused --retry-all-errors --retry-delay 1 --fail http://127.0.0.1:" + port + "/readyz");
    }

    private String create() throws Exception {
        var answer = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/videos")).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 1}")).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body(), "an answer", JsonNode.class).get("id").stringValue();
    }

    private boolean knows(String id) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/videos/" + id)).build(), BodyHandlers.discarding())
                .statusCode() == 200;
    }

    private String version() throws IOException {
        return Files.readString(folder.resolve("opt/praxino/VERSION"));
    }

    @Test
    void anUpgradeKeepsEverythingAndARollbackBringsTheBackupBack() throws Exception {
        for (String program : new String[] {"curl", "tar", "bash"}) {
            Assumptions.assumeTrue(new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0, program + " is not installed");
        }
        install();
        bash("systemctl start praxino");
        ready();
        String before = create();

        documented("Backup:");
        documented("Upgrade:");
        assertThat(version()).isEqualTo("new");
        assertThat(Files.readString(folder.resolve("opt/praxino.old/VERSION"))).isEqualTo("old");
        assertThat(knows(before)).isTrue();
        String after = create();

        documented("Rollback:");
        assertThat(version()).isEqualTo("old");
        documented("Restore,");
        ready();
        assertThat(knows(before)).isTrue();
        assertThat(knows(after)).as("it is in lib/praxino.old").isFalse();
        assertThat(folder.resolve("lib/praxino.old")).isDirectory();
    }
}
