package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TinyModel;

/** {@code serve} and {@code keys} as typed, with a tiny model of random weights. */
class ServeActionTest {
    @TempDir
    Path folder;

    private final CapturedConsole told = new CapturedConsole();

    private int run(CapturedConsole with, String... args) {
        var all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--data", folder.resolve("server").toString()));
        return Cli.of(CommandActions.standard(), with.console(), with.stop).run(all.toArray(String[]::new));
    }

    @Test
    void servesUntilItIsStopped() throws Exception {
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run(told, "serve", "--check", "--port", "18931", "-m", model.toString())).as(told.err()).isZero();
        assertThat(told.out()).contains("data folder: ", "SQLite", "is free", "disk: ", "ready to serve");
        var serving = new CapturedConsole();
        var code = new int[] {-1};
        Thread server = Thread.ofPlatform().start(() -> code[0] = run(serving, "serve", "--port", "0", "--dtype", "fp32", "-m", model.toString()));
        try (var client = HttpClient.newHttpClient()) {
            while (!serving.out().contains("http://") && server.isAlive()) {
                Thread.sleep(20);
            }
            assertThat(server.isAlive()).as(serving.err()).isTrue();
            URI at = URI.create(serving.out().strip());
            while (client.send(HttpRequest.newBuilder(at.resolve("/readyz")).build(), BodyHandlers.ofString()).statusCode() != 200
                    && server.isAlive()) {
                Thread.sleep(20);
            }
            HttpResponse<byte[]> video = client.send(HttpRequest.newBuilder(at.resolve("/v1/videos/sync")).header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 1, \"format\": \"gif\"}")).build(),
                    BodyHandlers.ofByteArray());
            assertThat(video.statusCode()).isEqualTo(200);
            assertThat(new String(video.body(), 0, 3, java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("GIF");
            assertThat(run(told, "serve", "-m", model.toString())).as("the folder is taken").isEqualTo(2);
            assertThat(told.err()).contains("in use");
        } finally {
            serving.stop.request();
            server.join();
        }
        assertThat(code[0]).as(serving.err()).isZero();
    }

    @Test
    void keysAreMadeListedAndRevoked() {
        assertThat(run(told, "keys", "add", "laptop", "--scopes", "read")).as(told.err()).isZero();
        String key = told.out().strip();
        String id = key.split("_")[1];
        assertThat(key).startsWith("pxk_");
        var listed = new CapturedConsole();
        assertThat(run(listed, "keys", "list")).isZero();
        assertThat(listed.out()).contains(id, "laptop", "read").doesNotContain(key);
        assertThat(run(told, "keys", "revoke", id)).isZero();
        assertThat(run(told, "keys", "revoke", id)).isEqualTo(2);
        assertThat(run(told, "keys", "add", "x", "--scopes", "write")).isEqualTo(2);
        assertThat(told.err()).contains("\"write\" is not a scope");
    }

    @Test
    void whatCannotRunIsToldInOneSentence() {
        assertThat(run(told, "serve", "-m", "no-such-model")).isEqualTo(2);
        assertThat(told.err()).contains("no model \"no-such-model\"");
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run(told, "serve", "--host", "0.0.0.0", "--check", "-m", model.toString())).isEqualTo(2);
        assertThat(told.err()).contains("praxino keys add");
        assertThat(run(told, "serve", "--port", "99999", "-m", model.toString())).isEqualTo(2);
        assertThat(run(told, "serve", "--live", "0", "-m", model.toString())).isEqualTo(2);
        assertThat(told.err()).contains("live sessions at a time must lie between 1 and 1000, not be 0");
        assertThat(run(told, "serve", "--database", "mysql://x/y", "--check", "-m", model.toString())).isEqualTo(2);
        assertThat(told.err()).contains("postgresql://");
    }
}
