package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.server.TestServer.error;
import static org.praxino.server.TestServer.json;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.ApiKeyAdmin;
import org.praxino.server.Gate;
import org.praxino.server.PraxinoServer;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.TestServer;
import org.praxino.server.access.KeyScope;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/** Several callers with keys: what each may see and how much each may have. */
class ApiKeysOverHttpTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 2}";

    @TempDir
    Path folder;

    @Test
    void keysSeparateCallersAndLimitThem() throws Exception {
        String ann;
        String bob;
        String reader;
        String admin;
        try (var box = ApiKeyAdmin.open(folder, null)) {
            ann = box.keys().add("ann", EnumSet.of(KeyScope.GENERATE, KeyScope.LIVE, KeyScope.READ), 3, 1000).text();
            bob = box.keys().add("bob", EnumSet.of(KeyScope.GENERATE, KeyScope.READ), 3, 1000).text();
            reader = box.keys().add("reader", EnumSet.of(KeyScope.READ), 1, 3).text();
            admin = box.keys().add("admin", EnumSet.of(KeyScope.ADMIN, KeyScope.READ), 1, 1000).text();
        }
        var gate = new Gate();
        try (var s = TestServer.start(folder)) {
            s.model.between = gate;
            var nobody = s.get("/v1/videos");
            error(nobody, 401, "invalid_api_key");
            assertThat(nobody.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(s.get("/healthz").statusCode()).isEqualTo(200);
            s.key = ann + "x";
            error(s.get("/v1/videos"), 401, "invalid_api_key");

            s.key = ann;
            String a1 = s.create(SMALL);
            gate.arrived();
            String a2 = s.create(SMALL);
            String a3 = s.create(SMALL);
            var tooMany = s.post("/v1/videos", SMALL);
            error(tooMany, 429, "too_many_jobs");
            assertThat(tooMany.headers().firstValue("Retry-After")).isPresent();
            error(s.get("/metrics"), 403, "missing_scope");

            JsonNode token = s.created(s.post("/v1/realtime/tokens", "{}"));
            assertThat(token.get("expires_at").longValue()).isBetween(System.currentTimeMillis() / 1000, System.currentTimeMillis() / 1000 + 200);
            s.key = "";
            assertThat(s.get("/v1/videos/" + a1 + "?token=" + token.get("token").stringValue()).statusCode()).isEqualTo(200);
            error(s.post("/v1/videos?token=" + token.get("token").stringValue(), SMALL), 401, "invalid_api_key");

            s.key = bob;
            error(s.get("/v1/videos/" + a1), 404, "video_not_found");
            error(s.delete("/v1/videos/" + a1), 404, "video_not_found");
            error(s.post("/v1/videos/" + a1 + "/cancel", "{}"), 404, "video_not_found");
            String b1 = s.create(SMALL);
            assertThat(s.video(b1).get("queue_position").intValue()).as("bob has not had a turn while ann has one").isEqualTo(2);
            assertThat(json(s.get("/v1/videos")).get("data").size()).isEqualTo(1);
            String bobsSecret = s.created(s.get("/v1/webhooks/secret")).get("secret").stringValue();

            s.key = ann;
            assertThat(s.created(s.get("/v1/webhooks/secret")).get("secret").stringValue()).startsWith("whsec_").isNotEqualTo(bobsSecret);
            assertThat(s.video(a2).get("queue_position").intValue()).isEqualTo(1);
            assertThat(s.video(a3).get("queue_position").intValue()).isEqualTo(3);
            gate.open();
            List.of(a1, a2, a3).forEach(s::awaitEnd);

            s.key = reader;
            error(s.post("/v1/videos", SMALL), 403, "missing_scope");
            for (int i = 0; i < 3; i++) {
                assertThat(s.get("/v1/videos").statusCode()).isEqualTo(200);
            }
            var limited = s.get("/v1/videos");
            error(limited, 429, "rate_limited");
            assertThat(limited.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 20L);

            s.key = admin;
            assertThat(json(s.get("/v1/videos")).get("data").size()).isEqualTo(4);
            assertThat(TestServer.text(s.get("/metrics"))).contains("praxino_jobs_total{model=\"tiny\",outcome=\"completed\"}");
            try (var box = ApiKeyAdmin.open(folder, null)) {
                box.keys().all().forEach(k -> box.keys().revoke(k.id()));
            }
            error(s.get("/v1/videos"), 401, "invalid_api_key");
        }
        assertThat(Files.readString(folder.resolve("audit.jsonl"))).contains("\"method\":\"POST\"", "/v1/videos").doesNotContain("pxk_", "a ball");
    }

    @Test
    void aQuotaOfSecondsOutlastsARestart() {
        String five = "{\"prompt\": \"a ball\", \"num_frames\": 5, \"num_inference_steps\": 1, \"fps\": 60}"; // 0.625 s at the model's 8 a second
        String key;
        try (var box = ApiKeyAdmin.open(folder, null)) {
            key = box.keys().add("guest", EnumSet.of(KeyScope.GENERATE, KeyScope.READ), 5, 1000, 1).text();
        }
        try (var s = TestServer.start(folder)) {
            s.key = key;
            s.awaitEnd(s.create(five));
            assertThat(error(s.post("/v1/videos", five.replace("5", "9")), 400, "invalid_value").get("param").stringValue()).isEqualTo("num_frames");
            var seconds = s.post("/v1/videos", "{\"prompt\": \"a ball\", \"seconds\": 3}");
            assertThat(error(seconds, 400, "invalid_value").get("param").stringValue()).isEqualTo("seconds");
        }
        try (var s = TestServer.start(folder)) {
            s.key = key;
            var refused = s.post("/v1/videos", five);
            assertThat(error(refused, 429, "quota_used").get("message").stringValue()).contains("0.6 s");
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 24 * 3600L);
            s.create(SMALL);
            try (var box = ApiKeyAdmin.open(folder, null)) {
                assertThat(box.use().today(key.split("_")[1])).isEqualTo(0.75);
            }
        }
        try (var s = TestServer.start(folder, c -> c, new TestModel(true))) {
            s.key = key;
            var long3 = s.post("/v1/videos", "{\"timeline\": {\"prompts\": [{\"at\": 0, \"prompt\": \"a ball\"}], \"seconds\": 3}}");
            assertThat(error(long3, 400, "invalid_value").get("param").stringValue()).isEqualTo("timeline");
        }
    }

    @Test
    void othersMayReachOnlyAServerThatAsksForKeys() {
        var open = new ServerConfig(new ServerConfig.Bind("0.0.0.0", 0, Set.of(), false), folder, null, ServerConfig.Limits.DEFAULT,
                ServerConfig.WebhookSettings.DEFAULT, null);
        assertThatThrownBy(() -> PraxinoServer.start(open, List.of())).isInstanceOf(UserException.class).hasMessageContaining("praxino keys add");
        assertThatThrownBy(() -> PraxinoServer.check(open)).isInstanceOf(UserException.class);
        try (var box = ApiKeyAdmin.open(folder, null)) {
            box.keys().add("a", EnumSet.of(KeyScope.READ), 1, 1);
        }
        PraxinoServer.check(open);
    }

    @Test
    void aFolderAndAPortBelongToOneServer() {
        try (var s = TestServer.start(folder)) {
            assertThatThrownBy(() -> PraxinoServer.start(TestServer.config(folder), List.of())).isInstanceOf(UserException.class)
                    .hasMessageContaining("in use");
            var other = new ServerConfig(new ServerConfig.Bind("127.0.0.1", s.server.port(), Set.of(), false), folder.resolve("other"), null,
                    ServerConfig.Limits.DEFAULT, ServerConfig.WebhookSettings.DEFAULT, null);
            assertThatThrownBy(() -> PraxinoServer.start(other, List.of())).isInstanceOf(UserException.class).hasMessageContaining("--port");
        }
    }
}
