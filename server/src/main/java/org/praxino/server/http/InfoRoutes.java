package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.praxino.server.access.AccessTokens;
import org.praxino.server.access.Caller;
import org.praxino.server.access.KeyScope;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.engine.ServerHealth;
import org.praxino.server.metrics.Metrics;
import org.praxino.server.webhook.WebhookSecrets;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Routes for models, health, metrics and tokens. */
final class InfoRoutes {
    private final ModelRegistry models;
    private final ServerHealth health;
    private final WebhookSecrets secrets;
    private final AccessTokens tokens;
    private final Metrics metrics;
    private final long started = System.currentTimeMillis() / 1000;

    InfoRoutes(ModelRegistry models, ServerHealth health, WebhookSecrets secrets, AccessTokens tokens, Metrics metrics) {
        this.models = models;
        this.health = health;
        this.secrets = secrets;
        this.tokens = tokens;
        this.metrics = metrics;
    }

    void add(ApiRouter api) {
        api.get("/healthz", null, (ctx, caller) -> ctx.contentType("text/plain").result("ok\n"));
        api.get("/readyz", null, (ctx, caller) -> ready(ctx));
        api.get("/metrics", KeyScope.ADMIN, (ctx, caller) -> ctx.contentType("text/plain; version=0.0.4").result(metrics.scrape()));
        api.get("/openapi.yaml", null, (ctx, caller) -> ctx.contentType("application/yaml").result(openapi()));
        api.get("/v1/models", KeyScope.READ, (ctx, caller) -> list(ctx));
        api.get("/v1/models/{id}", KeyScope.READ, (ctx, caller) -> one(ctx));
        api.get("/v1/webhooks/secret", KeyScope.GENERATE, this::secret);
        api.post("/v1/realtime/tokens", KeyScope.LIVE, this::token);
    }

    private void ready(Context ctx) {
        String problem = models.failure().isPresent() ? "the models cannot be loaded" : health.problem().orElse(null);
        if (models.ready() && problem == null) {
            ctx.contentType("text/plain").result("ready\n");
        } else {
            ctx.status(503).header("Retry-After", "2").contentType("text/plain").result(problem == null ? "loading\n" : "failed: " + problem + "\n");
        }
    }

    static String openapi() throws IOException {
        try (var in = InfoRoutes.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void secret(Context ctx, Caller caller) {
        VideoRoutes.json(ctx, JsonNodeFactory.instance.objectNode().put("object", "webhook.secret").put("secret", secrets.display(caller.id())));
    }

    private void token(Context ctx, Caller caller) {
        var token = tokens.issue(caller);
        VideoRoutes.json(ctx, JsonNodeFactory.instance.objectNode().put("object", "realtime.token").put("token", token.text())
                .put("expires_at", token.expires() / 1000));
    }

    private void list(Context ctx) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "list");
        var data = answer.putArray("data");
        models.all().forEach(model -> data.add(show(model)));
        VideoRoutes.json(ctx, answer);
    }

    private void one(Context ctx) {
        String id = ctx.pathParam("id");
        VideoRoutes.json(ctx, show(models.find(id).orElseThrow(() ->
                ApiError.notFound("model_not_found", "there is no model " + (id.length() > 60 ? id.substring(0, 60) : id) + " here", "id"))));
    }

    private ObjectNode show(ServedModel model) {
        var info = model.info();
        ObjectNode m = JsonNodeFactory.instance.objectNode();
        m.put("id", info.name()).put("object", "model").put("created", started).put("owned_by", "praxino").put("licence", info.licence());
        m.put("hash", info.hash());
        ObjectNode can = m.putObject("capabilities");
        var tasks = can.putArray("tasks").add("generate").add("image");
        if (model.teacherAcceptsFirstFrame()) {
            tasks.add("edit").add("extend");
        }
        can.putArray("sizes").add(info.size().width() + "x" + info.size().height());
        can.put("fps", info.size().fps()).put("first_frame", model.canStream() || model.teacherAcceptsFirstFrame()).put("live", model.canStream());
        can.put("block_frames", model.canStream() ? (Integer) model.blockFrames() : null);
        can.put("memory_bytes", model.memoryBytes(info.size().frames(), false));
        can.set("parameters", ParameterSchema.of(model));
        var showcase = m.putArray("showcase");
        model.showcase().forEach(e -> showcase.addObject().put("prompt", e.prompt()).put("seed", e.seed()).put("score", e.score()));
        return m;
    }
}
