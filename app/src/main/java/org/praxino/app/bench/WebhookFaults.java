package org.praxino.app.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.praxino.tensor.UserException;

/** Webhook receivers that respond byte by byte, never, with garbage or not at all, beside one that works. */
final class WebhookFaults implements AutoCloseable {
    /** How a receiver behaves. */
    private enum ReceiverBehaviour {
        CORRECT,
        SLOW,
        SILENT,
        GARBAGE
    }

    private static final int EACH = 4;
    private static final int PATIENCE_SECONDS = 60;

    private final List<ServerSocket> receivers = new ArrayList<>();
    private final AtomicInteger delivered = new AtomicInteger();

    /** @return what became of the jobs; those whose correct receiver received nothing count as lost */
    AcceptedJobs.Counts run(Path data, Path log, List<String> serve) throws IOException, InterruptedException {
        var options = new ArrayList<>(serve);
        options.add("--private-webhooks");
        var jobs = new AcceptedJobs();
        try (var server = new ServerProcess(data, log, options)) {
            server.ready();
            if (server.post("/v1/videos", body("http://203.0.113.1:99999/")).statusCode() != 400) {
                throw new UserException("a webhook address with an impossible port was taken");
            }
            for (ReceiverBehaviour behaviour : ReceiverBehaviour.values()) {
                String url = "http://127.0.0.1:" + receiver(behaviour) + "/";
                for (int i = 0; i < EACH; i++) {
                    jobs.submit(server, body(url));
                }
            }
            jobs.submit(server, body("http://127.0.0.1:1/"));
            jobs.awaitEnd(server);
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (delivered.get() < EACH && System.nanoTime() < until) {
                Thread.sleep(20);
            }
            AcceptedJobs.Counts counts = jobs.counts(server, data);
            return counts.plus(new AcceptedJobs.Counts(0, Math.max(0, EACH - delivered.get()), Math.max(0, delivered.get() - EACH), 0));
        }
    }

    private static String body(String url) {
        return "{\"prompt\": \"a star\", \"seed\": 1, \"format\": \"gif\", \"num_frames\": 1, \"webhook\": {\"url\": \"" + url + "\"}}";
    }

    private int receiver(ReceiverBehaviour behaviour) throws IOException {
        var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        receivers.add(socket);
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    Thread.ofVirtual().start(() -> serve(client, behaviour));
                } catch (IOException e) {
                    return; // closed
                }
            }
        });
        return socket.getLocalPort();
    }

    private void serve(Socket client, ReceiverBehaviour behaviour) {
        try (client) {
            client.setSoTimeout(30_000);
            if (client.getInputStream().read(new byte[1 << 16]) < 0) {
                return;
            }
            var out = client.getOutputStream();
            switch (behaviour) {
                case CORRECT -> {
                    out.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    delivered.incrementAndGet();
                }
                case SLOW -> {
                    for (int i = 0; i < 600; i++) {
                        out.write('H');
                        out.flush();
                        Thread.sleep(100);
                    }
                }
                case SILENT -> Thread.sleep(60_000);
                case GARBAGE -> out.write("\0\1\2 go away \uffff\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | InterruptedException e) {
            // the server has left
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket receiver : receivers) {
            receiver.close();
        }
    }
}
