package org.praxino.server.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Png;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.tensor.UserException;

/** Pictures by address: from where it is allowed, within bounds, and as a job's first frame. */
class PictureFetcherTest {
    private static final byte[] PICTURE = Png.encode(new Frame(32, 32, 3, new byte[32 * 32 * 3]), null);

    @TempDir
    Path folder;

    private HttpServer there;

    @BeforeEach
    void open() throws Exception {
        there = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        there.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/moved" -> {
                    exchange.getResponseHeaders().add("Location", "/picture.png?x=1");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/round" -> {
                    exchange.getResponseHeaders().add("Location", "/round");
                    exchange.sendResponseHeaders(301, -1);
                }
                case "/inside" -> {
                    exchange.getResponseHeaders().add("Location", "file:///etc/passwd");
                    exchange.sendResponseHeaders(302, -1);
                }
                case "/none" -> exchange.sendResponseHeaders(404, -1);
                default -> {
                    exchange.sendResponseHeaders(200, PICTURE.length);
                    exchange.getResponseBody().write(PICTURE);
                }
            }
            exchange.close();
        });
        there.start();
    }

    @AfterEach
    void close() {
        there.stop(0);
    }

    private String at(String path) {
        return "http://127.0.0.1:" + there.getAddress().getPort() + path;
    }

    @Test
    void fetchesWithinBounds() {
        try (var fetcher = new PictureFetcher(new SsrfGuard(true), 100_000)) {
            assertThat(fetcher.fetch(at("/picture.png"))).isEqualTo(PICTURE);
            assertThat(fetcher.fetch(at("/moved"))).isEqualTo(PICTURE);
            for (var wrong : Map.of("/none", "404", "/round", "redirects", "/inside", "not a URL that can be called").entrySet()) {
                assertThatThrownBy(() -> fetcher.fetch(at(wrong.getKey()))).isInstanceOf(UserException.class).hasMessageContaining(wrong.getValue());
            }
        }
        try (var small = new PictureFetcher(new SsrfGuard(true), PICTURE.length - 1)) {
            assertThatThrownBy(() -> small.fetch(at("/picture.png"))).isInstanceOf(UserException.class).hasMessageContaining("the limit");
        }
        try (var guarded = new PictureFetcher(new SsrfGuard(false), 100_000)) {
            assertThatThrownBy(() -> guarded.fetch(at("/picture.png"))).isInstanceOf(UserException.class).hasMessageContaining("own network");
        }
    }

    @Test
    void slowAndBrokenResponsesAreAbandoned() throws Exception {
        try (var slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                var fetcher = new PictureFetcher(new SsrfGuard(true), 100_000, Duration.ofMillis(1500))) {
            Thread.ofVirtual().start(() -> {
                answer(slow, "HTTP/1.1 200 OK\r\n\r\n", true);
                answer(slow, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", false);
            });
            String url = "http://127.0.0.1:" + slow.getLocalPort() + "/";
            assertThatThrownBy(() -> fetcher.fetch(url)).isInstanceOf(UserException.class).hasMessageContaining("no answer within 1.5 s");
            assertThatThrownBy(() -> fetcher.fetch(url)).isInstanceOf(UserException.class).hasMessageContaining("ended early");
        }
    }

    private static void answer(ServerSocket there, String start, boolean drips) {
        try (var client = there.accept()) {
            client.getInputStream().read(new byte[1000]);
            client.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; drips && i < 100; i++) {
                client.getOutputStream().write('x');
                Thread.sleep(50);
            }
        } catch (IOException | InterruptedException e) {
            // the other side has gone
        }
    }

    @Test
    void aJobBeginsWithIt() {
        String body = "{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 1, \"input_reference\": {\"image_url\": \"" + at("/moved") + "\"}}";
        try (var s = TestServer.start(folder.resolve("open"))) {
            assertThat(s.awaitEnd(s.create(body)).get("status").stringValue()).isEqualTo("completed");
            s.awaitEnd(s.create(body.replace("{\"image_url\": \"" + at("/moved") + "\"}", "\"" + at("/picture.png") + "\"")));
            var missing = TestServer.error(s.post("/v1/videos", body.replace("/moved", "/none")), 400, "unreadable_media");
            assertThat(missing.get("param").stringValue()).isEqualTo("input_reference.image_url");
            TestServer.error(s.post("/v1/videos", body.replace("http://127", "ftp://127")), 400, "invalid_value");
        }
        try (var s = TestServer.start(folder.resolve("guarded"), c -> new ServerConfig(c.bind(), c.data(), null, c.limits(),
                new ServerConfig.WebhookSettings(false, c.hooks().retryDelays()), null), new TestModel())) {
            assertThat(TestServer.error(s.post("/v1/videos", body), 400, "unreadable_media").get("message").stringValue()).contains("own network");
        }
    }
}
