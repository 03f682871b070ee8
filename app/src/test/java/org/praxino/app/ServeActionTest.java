package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.app.cli.StopSignal;
import org.praxino.server.TinyModel;

/** {@code serve} and {@code keys} as typed, with a tiny model of random weights. */
class ServeActionTest {
    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();

    private int run(CapturedConsole with, String... args) {
        var all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--data", folder.resolve("server").toString()));
        return Cli.of(CommandActions.standard(), with.console(), with.stop).run(all.toArray(String[]::new));
    }

    @Test
    void servesUntilItIsStopped() throws Exception {
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run(captured, "serve", "--check", "--port", "18931", "-m", model.toString())).as(captured.err()).isZero();
        assertThat(captured.out()).contains("data folder: ", "SQLite", "is free", "disk: ", "ready to serve");
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
            assertThat(run(captured, "serve", "-m", model.toString())).as("the folder is taken").isEqualTo(2);
            assertThat(captured.err()).contains("in use");
        } finally {
            serving.stop.request();
            server.join();
        }
        assertThat(code[0]).as(serving.err()).isZero();
    }

    @Test
    void keysAreMadeListedAndRevoked() {
        assertThat(run(captured, "keys", "add", "laptop", "--scopes", "read")).as(captured.err()).isZero();
        String key = captured.out().strip();
        String id = key.split("_")[1];
        assertThat(key).startsWith("pxk_");
        var listed = new CapturedConsole();
        assertThat(run(listed, "keys", "list")).isZero();
        assertThat(listed.out()).contains(id, "laptop", "read").doesNotContain(key);
        assertThat(run(captured, "keys", "revoke", id)).isZero();
        assertThat(run(captured, "keys", "revoke", id)).isEqualTo(2);
        assertThat(run(captured, "keys", "add", "x", "--scopes", "write")).isEqualTo(2);
        assertThat(captured.err()).contains("\"write\" is not a scope");
    }

    @Test
    void aCommandThatCannotRunSaysWhyInOneSentence() {
        assertThat(run(captured, "serve", "-m", "no-such-model")).isEqualTo(2);
        assertThat(captured.err()).contains("no model \"no-such-model\"");
        Path model = TinyModel.save(folder.resolve("tiny"));
        assertThat(run(captured, "serve", "--host", "0.0.0.0", "--check", "-m", model.toString())).isEqualTo(2);
        assertThat(captured.err()).contains("praxino keys add");
        assertThat(run(captured, "serve", "--port", "99999", "-m", model.toString())).isEqualTo(2);
        assertThat(run(captured, "serve", "--live", "0", "-m", model.toString())).isEqualTo(2);
        assertThat(captured.err()).contains("live sessions at a time must lie between 1 and 1000, not be 0");
        assertThat(run(captured, "serve", "--database", "mysql://x/y", "--check", "-m", model.toString())).isEqualTo(2);
        assertThat(captured.err()).contains("postgresql://");
        for (String check : List.of("--check", "--no-browser")) {
            assertThat(run(captured, "serve", check, "--database", "postgresql://127.0.0.1:1/none", "-m", model.toString())).as("it may work later").isEqualTo(1);
        }
        assertThat(captured.err()).contains("cannot be opened").doesNotContain("Details");
    }

    @Test
    void aStopWithLiveSessionsEndsWithinItsTime() throws Exception {
        Path model = TinyModel.save(folder.resolve("live"), true);
        var serving = new CapturedConsole();
        var code = new int[] {-1};
        Thread server = Thread.ofPlatform().start(() -> code[0] = run(serving, "serve", "--port", "0", "--dtype", "fp32", "-m", model.toString()));
        try (var client = HttpClient.newHttpClient()) {
            while (!serving.out().contains("http://") && server.isAlive()) {
                Thread.sleep(20);
            }
            var address = URI.create(serving.out().strip());
            while (client.send(HttpRequest.newBuilder(address.resolve("/readyz")).build(), BodyHandlers.discarding()).statusCode() != 200) {
                Thread.sleep(20);
            }
            var frames = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                var socket = client.newWebSocketBuilder().subprotocols("praxino.realtime.v1")
                        .buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + "/v1/realtime/video"), new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
                                frames.countDown();
                                ws.request(1);
                                return null;
                            }
                        }).join();
                socket.sendText("{\"type\": \"session.start\", \"prompt\": \"a star\", \"seed\": " + i + "}", true).join();
            }
            assertThat(frames.await(60, TimeUnit.SECONDS)).isTrue();
            serving.stop.request();
            assertThat(server.join(StopSignal.SERVER)).as("it ends by itself").isTrue();
            client.shutdownNow();
        }
        assertThat(code[0]).as(serving.err()).isZero();
    }
}
