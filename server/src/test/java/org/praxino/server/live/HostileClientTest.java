package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.ApiKeyAdmin;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.access.KeyScope;
import tools.jackson.databind.JsonNode;

/** Clients that do something wrong: each gets the code of docs/realtime.md, and the others notice nothing. */
@Timeout(300)
class HostileClientTest {
    @TempDir
    static Path folder;

    private static TestServer s;

    @BeforeAll
    static void start() {
        s = TestServer.start(folder, c -> c, new TestModel(true));
    }

    @AfterAll
    static void stop() {
        s.close();
    }

    /** Messages to a client that has not started, and what each is answered with. */
    private static Map<String, String> beforeTheStart() {
        var all = new LinkedHashMap<String, String>();
        all.put("{", "invalid_json");
        all.put("{\"type\": \"ping\", \"type\": \"ping\"}", "invalid_json");
        all.put("[1, 2]", "invalid_message");
        all.put("\"ping\"", "invalid_message");
        all.put("{\"type\": 7}", "invalid_message");
        all.put("{\"kind\": \"ping\"}", "invalid_message");
        all.put("{\"type\": \"session.dance\"}", "unknown_type");
        all.put("{\"type\": \"ping\", \"event_id\": 7}", "invalid_type");
        all.put("{\"type\": \"ping\", \"event_id\": \"" + "x".repeat(65) + "\"}", "invalid_type");
        all.put("{\"type\": \"ping\", \"extra\": 1}", "unknown_field");
        all.put("{\"type\": \"session.pause\"}", "not_started");
        all.put("{\"type\": \"session.update\", \"prompt\": \"a dog\"}", "not_started");
        all.put("{\"type\": \"playback.position\", \"run\": 1, \"frame\": 1}", "not_started");
        all.put("{\"type\": \"playback.position\", \"run\": 1}", "missing_field");
        all.put("{\"type\": \"session.rewind\", \"block\": -1}", "invalid_value");
        all.put("{\"type\": \"session.rewind\", \"block\": 1.5}", "invalid_type");
        all.put(start(""), "missing_field");
        all.put(start("\"prompt\": 5"), "invalid_type");
        all.put(start("\"prompt\": \" \""), "invalid_value");
        all.put(start("\"prompt\": \"" + "cat ".repeat(600) + "\""), "invalid_value");
        all.put(start("\"prompt\": \"half \\ud83d\""), "invalid_value");
        all.put(start("\"prompt\": \"nothing \\u0000\""), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"nonsense\": 1"), "unknown_field");
        all.put(start("\"prompt\": \"a cat\", \"seed\": 1.5"), "invalid_type");
        all.put(start("\"prompt\": \"a cat\", \"seconds\": -1"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"size\": \"64x64\""), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"fps\": 24"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"block_frames\": 12"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"buffer_ms\": 5"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"quality\": 0"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"formats\": \"jpeg\""), "invalid_type");
        all.put(start("\"prompt\": \"a cat\", \"formats\": [\"h264\"]"), "not_supported");
        all.put(start("\"prompt\": \"a cat\", \"timeline\": {\"prompts\": [{\"at\": 0, \"prompt\": \"a\"}]}"), "not_supported");
        all.put(start("\"timeline\": {\"prompts\": []}"), "invalid_value");
        all.put(start("\"timeline\": {\"prompts\": [{\"at\": 0, \"prompt\": \"a\"}], \"video\": \"/etc/passwd\"}"), "invalid_value");
        all.put(start("\"timeline\": {\"prompts\": [{\"at\": 0, \"prompt\": \"a\", \"image\": \"/etc/passwd\"}]}"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"image\": \"file:///etc/passwd\""), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"image\": \"https://example.org/a.png\""), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"image\": \"data:image/png;base64,AAAA\""), "unreadable_media");
        all.put(start("\"prompt\": \"a cat\", \"input\": {\"strength\": 2}"), "invalid_value");
        all.put(start("\"prompt\": \"a cat\", \"image\": \"data:image/png;base64,AAAA\", \"input\": {}"), "not_supported");
        all.put(start("\"prompt\": \"a cat\", \"model\": \"grand\""), "model_not_found");
        all.put(start("\"prompt\": \"child porn\""), "content_policy");
        all.put(start("\"resume_token\": \"pxr_nothing\""), "session_not_found");
        all.put(start("\"resume_token\": \"pxr_nothing\", \"prompt\": \"a cat\""), "unknown_field");
        all.put(start("\"snapshot\": \"snap_00\""), "snapshot_not_found");
        all.put(start("\"snapshot\": \"../../../etc/passwd\""), "snapshot_not_found");
        return all;
    }

    private static String start(String fields) {
        return "{\"type\": \"session.start\"" + (fields.isEmpty() ? "" : ", ") + fields + "}";
    }

    @Test
    void whatIsWrongBeforeTheStartIsSaidAndAnotherStartIsPossible() {
        try (var c = TestClient.connect(s)) {
            beforeTheStart().forEach((message, code) -> {
                c.send(message);
                var error = c.until(g -> g.is("error")).json();
                assertThat(error.get("code").stringValue()).as("%s: %s", message, error).isEqualTo(code);
                assertThat(error.get("fatal").booleanValue()).isFalse();
            });
            c.send("{\"type\": \"session.start\", \"event_id\": \"at last\", \"prompt\": \"a cat\"}");
            c.awaitEvent("session.created", "at last");
            assertThat(c.frames(1).getFirst().frame()).isZero();
        }
    }

    @Test
    void whatIsWrongInASessionIsSaidAndTheSessionContinues() {
        try (var c = TestClient.started(s, "")) {
            c.frames(2);
            c.send(start("\"prompt\": \"a dog\"")).error("already_started");
            c.send("{\"type\": \"session.resume\", \"event_id\": \"r\"}");
            assertThat(c.error("wrong_state").get("event_id").stringValue()).isEqualTo("r");
            c.send("{\"type\": \"session.pause\"}").await("session.state");
            c.send("{\"type\": \"session.pause\"}").error("wrong_state");
            c.send("{\"type\": \"session.resume\"}").await("session.state");
            c.send("{\"type\": \"input.end\"}").error("wrong_state");
            c.send("{\"type\": \"session.rewind\", \"block\": 100000}").error("not_possible");
            var updates = new LinkedHashMap<String, String>();
            updates.put("", "missing_field");
            updates.put(", \"prompt\": \"\"", "invalid_value");
            updates.put(", \"prompt\": \"a dog\", \"color\": 1", "unknown_field");
            updates.put(", \"prompt\": \"a dog\", \"apply\": \"soon\"", "invalid_value");
            updates.put(", \"prompt\": \"a dog\", \"apply\": {\"block\": 3, \"seconds\": 2}", "invalid_value");
            updates.put(", \"prompt\": \"a dog\", \"apply\": 7", "invalid_type");
            updates.put(", \"prompt\": \"a dog\", \"transition\": \"melt\"", "invalid_value");
            updates.put(", \"prompt\": \"a dog\", \"transition\": {\"blend\": -1}", "invalid_value");
            updates.put(", \"prompt\": \"child porn\"", "content_policy");
            updates.put(", \"strength\": 0.5", "wrong_state");
            updates.put(", \"image\": \"data:image/png;base64,AAAA\"", "unreadable_media");
            updates.put(", \"image\": \"data:image/png;base64,AAAA\", \"transition\": \"recache\"", "not_supported");
            updates.forEach((fields, code) -> {
                c.send("{\"type\": \"session.update\", \"event_id\": \"u\"" + fields + "}");
                var rejected = c.awaitEvent("update.rejected", "u");
                assertThat(rejected.get("code").stringValue()).as("%s: %s", fields, rejected).isEqualTo(code);
            });
            c.send(input(1, 16, new byte[10], 10)).error("wrong_state");
            c.frames(3);
        }
    }

    static byte[] input(int version, int kind, byte[] payload, int length) {
        return ByteBuffer.allocate(32 + payload.length).put((byte) version).put((byte) kind).putShort((short) 0).putInt(0).putInt(0).putInt(1)
                .putDouble(0).putInt(0).putInt(length).put(payload).array();
    }

    @Test
    void binaryMessagesAreChecked() {
        try (var c = TestClient.started(s, "\"input\": {\"strength\": 0.5}")) {
            c.send(new byte[0]).error("invalid_message");
            c.send(new byte[31]).error("invalid_message");
            c.send(input(2, 16, new byte[10], 10)).error("invalid_message");
            c.send(input(1, 1, new byte[10], 10)).error("invalid_message");
            c.send(input(1, 16, new byte[10], 11)).error("invalid_message");
            c.send(input(1, 16, new byte[10], 10)).error("unreadable_media");
            c.send("{\"type\": \"session.rewind\", \"block\": 0}").error("not_possible");
            c.send("{\"type\": \"session.fork\"}").error("not_possible");
            c.send("{\"type\": \"session.snapshot\"}").error("not_possible");
            c.send("{\"type\": \"session.update\", \"event_id\": \"s\", \"strength\": 0.9}");
            c.awaitEvent("update.accepted", "s");
        }
    }

    @Test
    void tooLargeAMessageClosesTheConnection() {
        try (var c = TestClient.connect(s)) {
            c.socket().sendText("{\"type\": \"ping\", \"event_id\": \"" + "x".repeat(5 << 20), true);
            assertThat(c.end().close()).isIn(1009, 1006);
        }
        try (var c = TestClient.connect(s)) {
            c.socket().sendBinary(ByteBuffer.allocate(2 << 20), true);
            assertThat(c.end().close()).isIn(1009, 1006);
        }
        try (var c = TestClient.started(s, "")) {
            c.frames(1); // the server is as before
        }
    }

    @Test
    void tooManyMessagesEndTheConnection() {
        try (var c = TestClient.connect(s)) {
            for (int i = 0; i < 1500 && !c.socket().isOutputClosed(); i++) {
                try {
                    c.send("{\"type\": \"nothing\"}");
                } catch (CompletionException e) {
                    break; // cut off while it spoke
                }
            }
            c.fatal("rate_limited");
        }
    }

    @Test
    void aClientThatReadsNoAnswersIsCutOff() {
        var wire = new MessageSender() {
            int texts;
            boolean dropped;

            @Override
            public void text(String text, Runnable sent, Runnable broken) {
                texts++; // on its way forever
            }

            @Override
            public void binary(ByteBuffer bytes, Runnable sent, Runnable broken) {}

            @Override
            public void close(int code, String reason) {}

            @Override
            public void drop() {
                dropped = true;
            }
        };
        var box = new SendQueue(wire, () -> {});
        for (int i = 0; i < 2000; i++) {
            box.send(SendQueue.message("pong", null));
        }
        assertThat(wire.texts).isEqualTo(1);
        assertThat(wire.dropped).isTrue();
    }

    @Test
    void upgradesAreRefusedWithTheUsualErrors() {
        refused(s, s.client().newWebSocketBuilder(), 400);
        refused(s, s.client().newWebSocketBuilder().subprotocols("praxino.realtime.v9"), 400);
        refused(s, TestClient.builder(s).header("Origin", "https://evil.example.org"), 403);
        TestServer.error(s.get("/v1/realtime/video"), 400, "missing_subprotocol");
    }

    /** An HTTP session for each connection would stay in memory forever. */
    @Test
    void anUpgradeBeginsNoHttpSession() throws Exception {
        try (var socket = new Socket("127.0.0.1", s.server.port())) {
            socket.getOutputStream().write(("GET /v1/realtime/video HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: praxino.realtime.v1\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            var bytes = new byte[4096];
            String head = new String(bytes, 0, socket.getInputStream().read(bytes), StandardCharsets.US_ASCII);
            assertThat(head).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("set-cookie");
        }
    }

    private static void refused(TestServer server, WebSocket.Builder builder, int status) {
        assertThatThrownBy(() -> TestClient.connect(server, builder)).hasCauseInstanceOf(WebSocketHandshakeException.class)
                .satisfies(e -> assertThat(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode()).isEqualTo(status));
    }

    @Test
    void clientsThatSayNothingAreSentAway(@TempDir Path other) {
        var impatient = LiveSettings.DEFAULT.withTimeouts(Duration.ofMillis(400), Duration.ofMillis(2000), Duration.ofSeconds(20));
        try (var server = TestServer.start(other, c -> c.withLive(impatient), new TestModel(true))) {
            try (var c = TestClient.connect(server)) {
                c.fatal("start_timeout");
            }
            try (var c = TestClient.started(server, "")) {
                c.shows = false;
                c.fatal("idle");
            }
        }
    }

    @Test
    void aModelWithoutStudentSaysSo(@TempDir Path other) {
        try (var server = TestServer.start(other, c -> c, new TestModel(false)); var c = TestClient.connect(server)) {
            c.send(start("\"prompt\": \"a cat\""));
            assertThat(c.error("model_cannot_stream").get("message").stringValue()).contains("tiny has no student");
            var can = TestServer.json(server.get("/v1/models")).get("data").get(0).get("capabilities");
            assertThat(can.get("live").booleanValue()).isFalse();
        }
    }

    @Test
    void keysAndTokensOpenWhatTheyOpen(@TempDir Path other) {
        String live;
        String reader;
        String another;
        try (var box = ApiKeyAdmin.open(other, null)) {
            live = box.keys().add("live", EnumSet.of(KeyScope.LIVE), 3, 1000).text();
            reader = box.keys().add("reader", EnumSet.of(KeyScope.READ), 3, 1000).text();
            another = box.keys().add("another", EnumSet.of(KeyScope.LIVE), 3, 1000).text();
        }
        try (var server = TestServer.start(other, c -> c, new TestModel(true))) {
            refused(server, TestClient.builder(server), 401);
            server.key = reader;
            refused(server, TestClient.builder(server), 403);
            TestServer.error(server.post("/v1/realtime/tokens", "{}"), 403, "missing_scope");
            server.key = live;
            String token = TestServer.json(server.post("/v1/realtime/tokens", "{}")).get("token").stringValue();
            String session;
            server.key = "";
            try (var c = TestClient.connect(server, TestClient.builder(server, "praxino.realtime.v1", "praxino.token." + token))) {
                assertThat(c.socket().getSubprotocol()).isEqualTo("praxino.realtime.v1");
                c.send(start("\"prompt\": \"a cat\""));
                session = c.await("session.created").get("session").stringValue();
                c.frames(3);
                assertThat(server.get("/v1/realtime/sessions/" + session + "/recording?format=gif&token=" + token).statusCode()).isEqualTo(200);
                server.key = another;
                TestServer.error(server.get("/v1/realtime/sessions/" + session + "/recording"), 404, "session_not_found");
            }
            server.key = "";
            refused(server, TestClient.builder(server, "praxino.realtime.v1", "praxino.token.pxt_wrong"), 401);
        }
    }

    @Test
    void aKeyHasSoManySessionsAndOthersWaitInLine(@TempDir Path other) {
        var narrow = LiveSettings.DEFAULT.withSessions(2).withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(20));
        try (var server = TestServer.start(other, c -> c.withLive(narrow), new TestModel(true));
                var a = TestClient.started(server, "");
                var b = TestClient.started(server, "");
                var c = TestClient.connect(server)) {
            c.send(start("\"prompt\": \"a cat\"")).error("too_many_sessions");
            a.send("{\"type\": \"session.fork\"}").error("too_many_sessions");
        }
        var one = new LiveSettings(1, 4, 512, Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(20), Duration.ofMinutes(1));
        try (var server = TestServer.start(other.resolve("b"), c -> c.withLive(one), new TestModel(true));
                var a = TestClient.connect(server);
                var b = TestClient.connect(server);
                var c = TestClient.connect(server)) {
            for (int i = 0; i < 3; i++) { // each had the place for a moment
                a.send(start("\"resume_token\": \"pxr_none\"")).error("session_not_found");
            }
            a.send(start("\"prompt\": \"a cat\"")).await("session.created");
            b.send("{\"type\": \"session.start\", \"event_id\": \"b\", \"prompt\": \"a cat\"}");
            JsonNode queued = b.awaitEvent("session.queued", "b");
            assertThat(queued.get("position").intValue()).isEqualTo(1);
            assertThat(queued.get("estimate_seconds").isNull()).as("nobody has left yet").isTrue();
            c.send(start("\"prompt\": \"a cat\""));
            assertThat(c.await("session.queued").get("position").intValue()).isEqualTo(2);
            b.send("{\"type\": \"ping\"}").await("pong");
            a.send("{\"type\": \"session.stop\"}").await("session.done");
            b.await("session.created");
            assertThat(c.await("session.queued").get("position").intValue()).isEqualTo(1);
            b.close();
            c.await("session.created");
        }
    }

    @Test
    void aKeysSecondsOfTheDayAreItsMost(@TempDir Path other) {
        String key;
        try (var box = ApiKeyAdmin.open(other, null)) {
            key = box.keys().add("guest", EnumSet.of(KeyScope.LIVE), 3, 1000, 2).text();
        }
        try (var server = TestServer.start(other, c -> c, new TestModel(true))) {
            server.key = key;
            try (var c = TestClient.started(server, "")) {
                JsonNode created = c.seen.getFirst().json();
                c.fatal("quota_used");
                assertThat(c.seen.stream().filter(g -> g.media() != null).count())
                        .as("two seconds of eight, and what was sent until it was seen").isBetween(16L, 48L);
                try (var d = TestClient.connect(server)) {
                    d.send("{\"type\": \"session.start\", \"resume_token\": " + created.get("resume_token") + "}").error("quota_used");
                }
            }
            try (var box = ApiKeyAdmin.open(other, null)) {
                assertThat(box.use().today(key.split("_")[1])).isGreaterThanOrEqualTo(2);
            }
        }
    }

    @Test
    void aDatabaseThatFailsStopsNoSessionAndLosesNoFrame(@TempDir Path other) throws Exception {
        String key;
        try (var box = ApiKeyAdmin.open(other, null)) {
            key = box.keys().add("guest", EnumSet.of(KeyScope.LIVE), 3, 1000, 1000).text();
        }
        var brisk = LiveSettings.DEFAULT.withTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(60), Duration.ofSeconds(20));
        try (var server = TestServer.start(other, c -> c.withLive(brisk), new TestModel(true));
                var database = DriverManager.getConnection("jdbc:sqlite:" + other.resolve("jobs.sqlite"));
                var statement = database.createStatement()) {
            server.key = key;
            try (var c = TestClient.started(server, "")) {
                c.frames(2);
                statement.execute("ALTER TABLE day_use RENAME TO day_use_away");
                var idle = new ArrayList<TestClient>();
                for (int i = 0; i < 20; i++) { // some of them come after it in the server's set
                    idle.add(TestClient.connect(server));
                }
                c.frames(40);
                for (TestClient d : idle) {
                    d.fatal("start_timeout");
                    d.close();
                }
                statement.execute("ALTER TABLE day_use_away RENAME TO day_use");
                long sent = c.send("{\"type\": \"session.stop\"}").await("session.done").get("frames").longValue();
                assertThat(sent).isGreaterThan(40);
                try (var box = ApiKeyAdmin.open(other, null)) {
                    assertThat(box.use().today(key.split("_")[1])).isEqualTo(sent / 8.0);
                }
            }
        }
    }

    /** Every code of the document's table stands in these tests; those that need no memory or no reading are named here. */
    @Test
    void everyDocumentedCodeIsTested() throws Exception {
        String page = Files.readString(Path.of(System.getProperty("user.dir")).getParent().resolve("docs/realtime.md"));
        var codes = new TreeSet<String>();
        for (String line : page.substring(page.indexOf("## Errors")).split("\n")) {
            if (line.startsWith("| `")) {
                Pattern.compile("`([a-z_]+)`").matcher(line.substring(0, line.indexOf('|', 2))).results().forEach(m -> codes.add(m.group(1)));
            }
        }
        assertThat(codes).hasSizeGreaterThan(30);
        var tests = new StringBuilder();
        for (String name : new String[] {"HostileClientTest", "RealtimeTest", "ReconnectTest"}) {
            tests.append(Files.readString(Path.of("src/test/java/org/praxino/server/live/" + name + ".java")));
        }
        for (String code : new String[] {"does_not_fit", "out_of_memory", "stream_failed", "internal_error", "slow_client"}) {
            assertThat(codes).contains(code);
            codes.remove(code);
        }
        codes.removeIf(code -> tests.indexOf("\"" + code + "\"") >= 0);
        assertThat(codes).isEmpty();
    }
}
