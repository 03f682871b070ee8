package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.TestServer;

/** Half-open and slow connections, with real sockets. */
class ConnectionGuardTest {
    private static final String HEAD = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir
    Path folder;

    private final Server server = new Server();
    private ConnectionGuard guard;

    /** A server whose answers take {@code work}. */
    private int start(Duration patience, int maxWaiting, Duration work) throws Exception {
        guard = new ConnectionGuard(server, patience, maxWaiting);
        var connector = new ServerConnector(server);
        server.addConnector(connector);
        server.addBean(guard);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                Thread.sleep(work);
                Content.Sink.write(response, true, "ok", callback);
                return true;
            }
        });
        server.start();
        return connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String answer(Socket socket) throws IOException {
        socket.setSoTimeout(20_000);
        var bytes = new byte[1000];
        int n = socket.getInputStream().read(bytes);
        return n < 0 ? "" : new String(bytes, 0, n, StandardCharsets.US_ASCII);
    }

    private static boolean closed(Socket socket) {
        try {
            return answer(socket).isEmpty();
        } catch (IOException e) {
            return e.getMessage().contains("reset") || e.getMessage().contains("Broken");
        }
    }

    /** How many the server has closed; those that opened first in its eyes. */
    private static long closed(List<Socket> sockets) throws IOException {
        long closed = 0;
        for (Socket socket : sockets) {
            socket.setSoTimeout(10);
            try {
                closed += socket.getInputStream().read() < 0 ? 1 : 0;
            } catch (SocketTimeoutException e) {
                // it is open
            } catch (IOException e) {
                closed++;
            }
        }
        return closed;
    }

    @Test
    void slowRequestHeadsAreClosed() throws Exception {
        int port = start(Duration.ofSeconds(1), 100, Duration.ZERO);
        try (var silent = new Socket("127.0.0.1", port);
                var drips = new Socket("127.0.0.1", port);
                var again = new Socket("127.0.0.1", port)) {
            send(again, HEAD);
            assertThat(answer(again)).startsWith("HTTP/1.1 200");
            Thread dripping = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 200; i++) {
                        send(drips, i == 0 ? "G" : "a");
                        Thread.sleep(50);
                    }
                } catch (IOException | InterruptedException e) {
                    // it was closed
                }
            });
            assertThat(closed(silent)).isTrue();
            assertThat(closed(drips)).isTrue();
            assertThat(closed(again)).as("the second request did not come").isTrue();
            dripping.interrupt();
            TestServer.until("nobody waits", () -> guard.waiting() == 0);
        }
    }

    @Test
    void aLongAnswerIsNot() throws Exception {
        int port = start(Duration.ofSeconds(1), 100, Duration.ofSeconds(3));
        try (var socket = new Socket("127.0.0.1", port)) {
            send(socket, HEAD);
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
            send(socket, HEAD);
            assertThat(answer(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void ofTooManyTheOldestGoes() throws Exception {
        int port = start(Duration.ofMinutes(1), 10, Duration.ZERO);
        var silent = new ArrayList<Socket>();
        try (var last = new Socket("127.0.0.1", port)) {
            send(last, HEAD);
            assertThat(answer(last)).startsWith("HTTP/1.1 200");
            last.close();
            for (int i = 0; i < 30; i++) {
                silent.add(new Socket("127.0.0.1", port));
            }
            try (var honest = new Socket("127.0.0.1", port)) {
                send(honest, HEAD);
                assertThat(answer(honest)).startsWith("HTTP/1.1 200");
            }
            TestServer.until("twenty are closed", () -> closed(silent) >= 20);
            assertThat(guard.waiting()).isLessThanOrEqualTo(10);
        } finally {
            for (Socket s : silent) {
                s.close();
            }
        }
    }

    @Test
    void theServerHasIt() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (var s = TestServer.start(folder.resolve("data"))) {
            for (int i = 0; i < HttpServer.MAX_WAITING + 50; i++) {
                silent.add(new Socket("127.0.0.1", s.server.port()));
            }
            assertThat(s.get("/healthz").statusCode()).isEqualTo(200);
            TestServer.until("some are closed", () -> closed(silent) >= 50);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }
}
