package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.praxino.server.TestServer;
import tools.jackson.databind.JsonNode;

/** A client of docs/realtime.md, written from that page with java.net.http alone. */
final class TestClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    /** One of the three: a text, a medium, the end. */
    record Received(@Nullable JsonNode json, byte @Nullable [] media, int close, String reason) {
        boolean is(String type) {
            return json != null && json.get("type").stringValue().equals(type);
        }

        int kind() {
            return media == null ? -1 : media[1] & 0xff;
        }

        int flags() {
            return ByteBuffer.wrap(media).getShort(2) & 0xffff;
        }

        int run() {
            return ByteBuffer.wrap(media).getInt(4);
        }

        int block() {
            return ByteBuffer.wrap(media).getInt(8);
        }

        int frame() {
            return ByteBuffer.wrap(media).getInt(12);
        }

        double seconds() {
            return ByteBuffer.wrap(media).getDouble(16);
        }

        byte[] payload() {
            assertThat(media[0]).isEqualTo((byte) 1);
            assertThat(ByteBuffer.wrap(media).getInt(28)).isEqualTo(media.length - 32);
            return java.util.Arrays.copyOfRange(media, 32, media.length);
        }
    }

    private final LinkedBlockingQueue<Received> inbox = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    /** Everything that was taken, in order. */
    final List<Received> seen = new ArrayList<>();
    /** Whether frames are shown as they come. */
    boolean shows = true;

    private TestClient(WebSocket.Builder builder, URI uri) {
        var text = new StringBuilder();
        var bytes = new ByteArrayOutputStream();
        socket = builder.buildAsync(uri, new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                    inbox.add(new Received(TestServer.json(text.toString()), null, 0, ""));
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
                    inbox.add(new Received(null, bytes.toByteArray(), 0, ""));
                    bytes.reset();
                }
                ws.request(1);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
                inbox.add(new Received(null, null, code, reason));
                return null;
            }

            @Override
            public void onError(WebSocket ws, Throwable error) {
                inbox.add(new Received(null, null, 1006, String.valueOf(error)));
            }
        }).join();
    }

    static WebSocket.Builder builder(TestServer s, String... protocols) {
        var builder = s.client().newWebSocketBuilder();
        if (!s.key.isEmpty()) {
            builder.header("Authorization", "Bearer " + s.key);
        }
        if (protocols.length == 0) {
            return builder.subprotocols("praxino.realtime.v1");
        }
        return builder.subprotocols(protocols[0], java.util.Arrays.copyOfRange(protocols, 1, protocols.length));
    }

    static URI uri(TestServer s) {
        return URI.create("ws://127.0.0.1:" + s.server.port() + "/v1/realtime/video");
    }

    static TestClient connect(TestServer s) {
        return new TestClient(builder(s), uri(s));
    }

    static TestClient connect(TestServer s, WebSocket.Builder builder) {
        return new TestClient(builder, uri(s));
    }

    /** Connected, and with a session of a prompt. */
    static TestClient started(TestServer s, String fields) {
        var client = connect(s);
        client.send("{\"type\": \"session.start\", \"prompt\": \"a cat\", \"seed\": 7" + (fields.isEmpty() ? "" : ", " + fields) + "}");
        client.await("session.created");
        return client;
    }

    WebSocket socket() {
        return socket;
    }

    TestClient send(String json) {
        socket.sendText(json, true).join();
        return this;
    }

    TestClient send(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
        return this;
    }

    /** The next thing, whatever it is. */
    Received next() {
        Received got = within(PATIENCE_SECONDS * 1000);
        assertThat(got).as("something within a minute; seen so far: %s", tail()).isNotNull();
        return got;
    }

    /** The next thing, or null when there is none so soon. */
    @Nullable Received within(long millis) {
        try {
            Received got = inbox.poll(millis, TimeUnit.MILLISECONDS);
            if (got != null) {
                seen.add(got);
                if (got.media != null && got.kind() != 4 && shows) {
                    show(got.run(), got.frame());
                }
            }
            return got;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private String tail() {
        return seen.stream().skip(Math.max(0, seen.size() - 6)).map(g -> g.json != null ? g.json.toString() : g.media != null ? "frame "
                + g.frame() : "closed").toList().toString();
    }

    void show(int run, long frame) {
        if (!socket.isOutputClosed()) {
            socket.sendText("{\"type\": \"playback.position\", \"run\": " + run + ", \"frame\": " + frame + "}", true)
                    .exceptionally(closing -> socket).join();
        }
    }

    /** Passes over everything until something comes. */
    Received until(Predicate<Received> wanted) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            Received got = next();
            if (wanted.test(got)) {
                return got;
            }
            assertThat(got.close).as("closed: %s; %s", got.reason, tail()).isZero();
        }
        throw new AssertionError("did not come within a minute: " + tail());
    }

    JsonNode await(String type) {
        return until(g -> {
            assertThat(g.is("error") && !type.equals("error")).as("an error in place of %s: %s", type, g.json).isFalse();
            return g.is(type);
        }).json();
    }

    JsonNode awaitEvent(String type, String event) {
        return until(g -> g.is(type) && g.json().has("event_id") && g.json().get("event_id").stringValue().equals(event)).json();
    }

    /** So many frames from here on. */
    List<Received> frames(int count) {
        var frames = new ArrayList<Received>();
        while (frames.size() < count) {
            frames.add(until(g -> g.media != null && g.kind() != 4));
        }
        return frames;
    }

    /** Expects an error that does not end the connection. */
    JsonNode error(String code) {
        JsonNode error = until(g -> g.is("error")).json();
        assertThat(error.get("code").stringValue()).as(error.toString()).isEqualTo(code);
        assertThat(error.get("message").stringValue()).isNotBlank();
        assertThat(error.get("fatal").booleanValue()).as(error.toString()).isFalse();
        return error;
    }

    /** Expects a fatal error and the end. */
    void fatal(String code) {
        JsonNode error = until(g -> g.is("error") && g.json().get("fatal").booleanValue()).json();
        assertThat(error.get("code").stringValue()).as(error.toString()).isEqualTo(code);
        Received end = end();
        assertThat(end.close).isEqualTo(4000);
        assertThat(end.reason).isEqualTo(code);
    }

    Received end() {
        while (true) {
            Received got = next();
            if (got.close != 0) {
                return got;
            }
        }
    }

    @Override
    public void close() {
        if (!socket.isOutputClosed() && seen.stream().anyMatch(g -> g.is("session.created") || g.is("session.resumed"))) {
            socket.sendText("{\"type\": \"session.stop\"}", true); // it may be closing already
        }
        socket.abort();
    }
}
