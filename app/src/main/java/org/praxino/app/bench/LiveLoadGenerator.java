package org.praxino.app.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.Console;
import org.praxino.io.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The clients of {@code bench serve}, in a separate process: one that watches (docs/realtime.md), many idle ones, one that polls. */
final class LiveLoadGenerator {
    private static final int PING_SECONDS = 15;

    /**
     * Measurements of a session.
     *
     * @param frames that were shown
     * @param seconds from the first frame to the last
     * @param lagMs display lag, as the server measured it block by block
     * @param late frames that came after they should have been shown
     * @param polls that were answered
     */
    record Measurements(long frames, double seconds, List<Double> lagMs, long late, long polls) {}

    /**
     * What to do.
     *
     * @param pace of showing: 1 for real time, 0 for as fast as frames come
     * @param idle connections that do nothing
     * @param polls of the list of jobs a second
     */
    record Load(String address, double seconds, double pace, int idle, int polls) {
        List<String> arguments() {
            return List.of(address, String.valueOf(seconds), String.valueOf(pace), String.valueOf(idle), String.valueOf(polls));
        }

        static Load of(String[] args) {
            return new Load(args[0], Double.parseDouble(args[1]), Double.parseDouble(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        }
    }

    private final Load load;
    private final HttpClient http = HttpClient.newHttpClient();
    private final LinkedBlockingQueue<Object> inbox = new LinkedBlockingQueue<>();
    private final AtomicLong polled = new AtomicLong();

    private LiveLoadGenerator(Load load) {
        this.load = load;
    }

    /** Prints a line at the first frame, and one with the measurements. */
    public static void main(String[] args) throws Exception {
        var client = new LiveLoadGenerator(Load.of(args));
        Measurements seen = client.run();
        Console.standard().out().println(Json.line(seen));
        Runtime.getRuntime().halt(0); // idle connections need no goodbye
    }

    private WebSocket connect(WebSocket.Listener listener) {
        return http.newWebSocketBuilder().subprotocols("praxino.realtime.v1")
                .buildAsync(URI.create(load.address.replaceFirst("http", "ws") + "/v1/realtime/video"), listener).join();
    }

    private Measurements run() throws Exception {
        try (ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, Thread.ofPlatform().daemon().factory())) {
            for (int i = 0; i < load.idle; i++) {
                idle(timer);
            }
            if (load.polls > 0) {
                timer.scheduleAtFixedRate(this::poll, 0, 1_000_000 / load.polls, TimeUnit.MICROSECONDS);
            }
            Measurements seen = watch();
            timer.shutdownNow();
            return seen;
        }
    }

    /** A client that only sends keep-alive messages and reconnects when it is disconnected. */
    private void idle(ScheduledExecutorService timer) {
        WebSocket socket = connect(new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
                CompletableFuture.runAsync(() -> idle(timer));
                return null;
            }
        });
        timer.scheduleAtFixedRate(() -> {
            if (!socket.isOutputClosed()) {
                socket.sendText("{\"type\": \"ping\"}", true);
            }
        }, PING_SECONDS, PING_SECONDS, TimeUnit.SECONDS);
    }

    private void poll() {
        http.sendAsync(HttpRequest.newBuilder(URI.create(load.address + "/v1/videos?limit=20")).build(), BodyHandlers.discarding())
                .thenAccept(answer -> polled.addAndGet(answer.statusCode() == 200 ? 1 : 0));
    }

    private Measurements watch() throws Exception {
        WebSocket socket = connect(listener());
        socket.sendText("{\"type\": \"session.start\", \"prompt\": \"a ferris wheel spinning\", \"seed\": 1}", true).join();
        var lag = new ArrayList<Double>();
        double fps = 1;
        long frames = 0;
        long late = 0;
        long first = 0;
        long last = 0;
        while (first == 0 || System.nanoTime() - first < load.seconds * 1e9) {
            Object got = inbox.poll(1, TimeUnit.SECONDS);
            if (got instanceof ObjectNode message) {
                switch (message.get("type").stringValue()) {
                    case "session.created" -> fps = message.get("fps").doubleValue();
                    case "block.done" -> {
                        if (message.get("lag_ms").isNumber()) {
                            lag.add(message.get("lag_ms").doubleValue());
                        }
                    }
                    case "error" -> throw new IllegalStateException(message.toString());
                    default -> {}
                }
            } else if (got instanceof byte[] medium) {
                long now = System.nanoTime();
                if (first == 0) {
                    first = now;
                    Console.standard().out().println("first");
                }
                if (load.pace > 0) {
                    long due = first + (long) (frames / (fps * load.pace) * 1e9);
                    late += now > due + 50_000_000 ? 1 : 0;
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, due - now));
                }
                var header = ByteBuffer.wrap(medium);
                socket.sendText("{\"type\": \"playback.position\", \"run\": " + header.getInt(4) + ", \"frame\": " + header.getInt(12)
                        + "}", true).join();
                frames++;
                last = System.nanoTime();
            }
        }
        socket.sendText("{\"type\": \"session.stop\"}", true).join();
        return new Measurements(frames, (last - first) / 1e9, lag, late, polled.get());
    }

    private WebSocket.Listener listener() {
        return new WebSocket.Listener() {
            private final StringBuilder text = new StringBuilder();
            private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

            @Override
            public @Nullable CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    inbox.add(Json.parse(text.toString(), "a message", JsonNode.class));
                    text.setLength(0);
                }
                ws.request(1);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean last) {
                var part = new byte[data.remaining()];
                data.get(part);
                bytes.writeBytes(part);
                if (last) {
                    inbox.add(bytes.toByteArray());
                    bytes.reset();
                }
                ws.request(1);
                return null;
            }
        };
    }
}
