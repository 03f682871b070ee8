package org.praxino.app.bench;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Clients that drop the connection in the middle of request headers, an upload, a wait, an event stream or a live session. */
final class AbruptClients implements AutoCloseable {
    private static final long PAUSE_MILLIS = 50;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int UPLOAD_BYTES = 1 << 20;
    private static final String JOB = "{\"prompt\": \"a star\", \"num_frames\": 1, \"seed\": 1, \"format\": \"gif\"}";

    /** Of each generation in what {@code jcmd GC.heap_info} prints, in KiB. */
    private static final Pattern USED = Pattern.compile("^ ?\\S.*\\btotal .*?used (\\d+)K", Pattern.MULTILINE);

    /** One exchange that breaks off. */
    @FunctionalInterface
    private interface Exchange {
        void run() throws IOException, InterruptedException;
    }

    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong exchanges = new AtomicLong();
    private final List<Thread> threads;
    private volatile boolean stopped;

    AbruptClients(ServerProcess server) {
        this.port = server.port();
        this.threads = List.<Exchange>of(this::head, this::upload, this::sync, this::events, this::live, this::live).stream()
                .map(exchange -> Thread.ofPlatform().daemon().start(() -> repeat(exchange))).toList();
    }

    long exchanges() {
        return exchanges.get();
    }

    private void repeat(Exchange exchange) {
        while (!stopped) {
            try {
                exchange.run();
                exchanges.incrementAndGet();
                Thread.sleep(PAUSE_MILLIS);
            } catch (IOException | CompletionException e) {
                // refused for now: there are many of them
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** @param linger whether the connection ends as usual, and not by a reset */
    private Socket connect(boolean linger) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        if (!linger) {
            socket.setSoLinger(true, 0);
        }
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String post(String path) {
        return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: " + JOB.length() + "\r\n\r\n" + JOB;
    }

    private static String answer(Socket socket) throws IOException {
        var bytes = new byte[1 << 16];
        try {
            int n = socket.getInputStream().read(bytes);
            return new String(bytes, 0, Math.max(0, n), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "";
        }
    }

    private void head() throws IOException {
        try (var socket = connect(true)) {
            send(socket, "GET /v1/videos HTTP/1.1\r\nHo");
        }
    }

    private void upload() throws IOException {
        try (var socket = connect(false)) {
            send(socket, "POST /v1/videos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: "
                    + 2 * UPLOAD_BYTES + "\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"input_reference\"; filename=\"a.png\"\r\n\r\n");
            socket.getOutputStream().write(new byte[UPLOAD_BYTES]);
        }
    }

    private void sync() throws IOException, InterruptedException {
        try (var socket = connect(true)) {
            send(socket, post("/v1/videos/sync"));
            Thread.sleep(2 * PAUSE_MILLIS);
        }
    }

    private void events() throws IOException {
        String id;
        try (var socket = connect(true)) {
            send(socket, post("/v1/videos"));
            String text = answer(socket);
            int at = text.indexOf("\"id\":\"");
            if (at < 0) {
                return; // its queue is full
            }
            id = text.substring(at + 6, text.indexOf('"', at + 6));
        }
        try (var socket = connect(false)) {
            send(socket, "GET /v1/videos/" + id + "/events?preview=true HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            answer(socket);
        }
    }

    private void live() throws InterruptedException {
        WebSocket socket = http.newWebSocketBuilder().subprotocols("praxino.realtime.v1")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/v1/realtime/video"), new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
                        ws.request(1);
                        return null;
                    }
                }).join();
        socket.sendText("{\"type\": \"session.start\", \"prompt\": \"a star\", \"seed\": 1}", true).join();
        TimeUnit.MILLISECONDS.sleep(500 + Math.floorMod(System.nanoTime(), 1000));
        socket.abort();
    }

    /** Resident memory of a process in MiB; NaN where the system does not report it. */
    static double residentMib(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status")).stream().filter(l -> l.startsWith("VmRSS:"))
                    .mapToDouble(l -> Double.parseDouble(l.replaceAll("[^0-9]", "")) / 1024).findFirst().orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Heap of a process after a full collection in MiB; NaN where this Java brings no {@code jcmd}. */
    static double heapMib(long pid) throws InterruptedException {
        return jcmd(pid, "GC.run").isEmpty() ? Double.NaN : USED.matcher(jcmd(pid, "GC.heap_info")).results()
                .mapToDouble(m -> Double.parseDouble(m.group(1)) / 1024).sum();
    }

    private static String jcmd(long pid, String command) throws InterruptedException {
        try {
            var builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid), command);
            Process process = builder.redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.interrupt();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        http.shutdownNow();
    }
}
