package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Sha256;
import org.praxino.server.access.Caller;
import org.praxino.server.access.KeyScope;
import org.praxino.server.content.ContentStore;
import org.praxino.server.content.ContentStore.Variant;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobJson;
import org.praxino.server.job.JobState;
import org.praxino.server.job.NewJob;
import org.praxino.server.metrics.Metrics;
import org.praxino.server.outbound.PictureFetcher;
import org.praxino.server.outbound.SsrfGuard;
import org.praxino.server.webhook.WebhookStore;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/videos} and all below it. */
final class VideoRoutes {
    private static final int PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final int MAX_KEY_CHARACTERS = 255;

    private final JobService service;
    private final JobWaiter waiter;
    private final SsrfGuard guard;
    private final PictureFetcher pictures;
    private final WebhookStore hooks;
    private final Metrics metrics;

    /** Reads parameters from a body. */
    @FunctionalInterface
    private interface Reader {
        VideoParameters read(RequestBody fields);
    }

    VideoRoutes(JobService service, JobWaiter waiter, SsrfGuard guard, PictureFetcher pictures, WebhookStore hooks, Metrics metrics) {
        this.service = service;
        this.waiter = waiter;
        this.guard = guard;
        this.pictures = pictures;
        this.hooks = hooks;
        this.metrics = metrics;
    }

    void add(ApiRouter api) {
        var events = new JobEventStream(service);
        api.post("/v1/videos", KeyScope.GENERATE, (ctx, caller) -> create(ctx, caller, f -> VideoParameters.create(f, guard, pictures)));
        api.post("/v1/videos/sync", KeyScope.GENERATE, this::sync);
        api.post("/v1/videos/edits", KeyScope.GENERATE, (ctx, caller) -> create(ctx, caller, f -> VideoParameters.edit(f, guard)));
        api.post("/v1/videos/extensions", KeyScope.GENERATE, (ctx, caller) -> create(ctx, caller, f -> VideoParameters.extend(f, guard)));
        api.post("/v1/videos/{id}/remix", KeyScope.GENERATE,
                (ctx, caller) -> create(ctx, caller, f -> VideoParameters.remix(f, ctx.pathParam("id"), guard)));
        api.get("/v1/videos", KeyScope.READ, this::list);
        api.get("/v1/videos/{id}", KeyScope.READ, (ctx, caller) -> show(ctx, service.find(ctx.pathParam("id"), caller)));
        api.get("/v1/videos/{id}/content", KeyScope.READ, this::content);
        api.head("/v1/videos/{id}/content", KeyScope.READ, this::content);
        api.get("/v1/videos/{id}/events", KeyScope.READ, events::serve);
        api.get("/v1/videos/{id}/webhooks", KeyScope.READ, this::deliveries);
        api.post("/v1/videos/{id}/cancel", KeyScope.GENERATE, (ctx, caller) -> show(ctx, service.cancel(ctx.pathParam("id"), caller)));
        api.delete("/v1/videos/{id}", KeyScope.GENERATE, this::delete);
    }

    private void create(Context ctx, Caller caller, Reader reader) {
        JobService.Submitted submitted = submit(ctx, caller, reader);
        if (submitted.duplicate()) {
            ctx.header("Idempotent-Replayed", "true");
        }
        ctx.header("Location", "/v1/videos/" + submitted.job().id());
        show(ctx, submitted.job());
    }

    private JobService.Submitted submit(Context ctx, Caller caller, Reader reader) {
        RequestBody fields = RequestBody.of(ctx);
        NewJob.IdempotencyKey idempotencyKey = idempotencyKey(ctx, fields);
        JobService.Submitted submitted = service.findDuplicate(caller, idempotencyKey).orElseGet(() ->
                service.submit(reader.read(fields), caller, idempotencyKey));
        ApiRouter.setModel(ctx, submitted.job().spec().model());
        return submitted;
    }

    private static NewJob.@Nullable IdempotencyKey idempotencyKey(Context ctx, RequestBody fields) {
        String key = ctx.header("Idempotency-Key");
        if (key == null) {
            return null;
        }
        if (key.isBlank() || key.length() > MAX_KEY_CHARACTERS) {
            throw ApiError.invalid("invalid_value", "an Idempotency-Key has 1 to " + MAX_KEY_CHARACTERS + " characters", "Idempotency-Key");
        }
        return new NewJob.IdempotencyKey(key, Sha256.ofText(ctx.path() + "\n" + fields.digest()));
    }

    /** Waits for the job and responds with the file. */
    private void sync(Context ctx, Caller caller) throws IOException, InterruptedException {
        JobService.Submitted submitted = submit(ctx, caller, f -> VideoParameters.create(f, guard, pictures));
        ctx.header("X-Video-Id", submitted.job().id());
        send(ctx, waiter.await(submitted.job()), Variant.VIDEO);
    }

    private void show(Context ctx, Job job) {
        json(ctx, service.toJson(job));
    }

    static void json(Context ctx, ObjectNode node) {
        ctx.contentType("application/json").result(node.toString());
    }

    private void list(Context ctx, Caller caller) {
        QueryParameters.rejectUnknown(ctx, Set.of("after", "limit", "order"));
        int limit = QueryParameters.integer(ctx, "limit", PAGE, 1, MAX_PAGE);
        String order = QueryParameters.choice(ctx, "order", "desc", List.of("asc", "desc"));
        String after = ctx.queryParam("after");
        Long last = after == null ? null : service.store().position(after, caller.hasScope(KeyScope.ADMIN) ? null : caller.id()).orElseThrow(() ->
                ApiError.invalid("invalid_value", "after must be the id of a video", "after"));
        String owner = caller.hasScope(KeyScope.ADMIN) ? null : caller.id();
        List<Job> jobs = service.store().list(owner, last, limit + 1, order.equals("desc"));
        List<Job> page = jobs.subList(0, Math.min(limit, jobs.size()));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "list");
        var data = answer.putArray("data");
        page.forEach(job -> data.add(JobJson.inList(service.toJson(job))));
        answer.put("first_id", page.isEmpty() ? null : page.getFirst().id());
        answer.put("last_id", page.isEmpty() ? null : page.getLast().id());
        answer.put("has_more", jobs.size() > limit);
        json(ctx, answer);
    }

    private void content(Context ctx, Caller caller) throws IOException {
        QueryParameters.rejectUnknown(ctx, Set.of("variant"));
        String variant = QueryParameters.choice(ctx, "variant", "video", List.of("video", "thumbnail", "spritesheet"));
        Job job = service.find(ctx.pathParam("id"), caller);
        if (job.state() != JobState.COMPLETED) {
            throw ApiError.notFound("not_ready", "the video " + job.id() + " is " + job.state().text()
                    + ": it has content once it is completed", null);
        }
        send(ctx, job, Variant.valueOf(variant.toUpperCase(Locale.ROOT)));
    }

    private void send(Context ctx, Job job, Variant variant) throws IOException {
        ContentStore.Entry entry = service.content().manifest(job.id()).map(about -> about.files().get(variant)).orElseThrow(() ->
                ApiError.gone("the files of " + job.id() + " have expired"));
        String name = job.id() + entry.name().substring(entry.name().indexOf('.'));
        long bytes = ContentResponse.send(ctx, service.content().file(job.id(), entry), entry, name);
        metrics.sent(variant == Variant.VIDEO ? job.spec().format().extension() : "jpeg", bytes);
    }

    private void delete(Context ctx, Caller caller) {
        String id = ctx.pathParam("id");
        service.delete(id, caller);
        json(ctx, JsonNodeFactory.instance.objectNode().put("id", id).put("object", "video.deleted").put("deleted", true));
    }

    private void deliveries(Context ctx, Caller caller) {
        Job job = service.find(ctx.pathParam("id"), caller);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "list");
        var data = answer.putArray("data");
        hooks.deliveries(job.id()).forEach(d -> {
            ObjectNode one = data.addObject();
            one.put("id", d.id()).put("object", "webhook.delivery").put("event", d.event()).put("url", d.url()).put("state", d.state());
            one.put("next_attempt_at", d.state().equals("pending") ? (Long) (d.nextAt() / 1000) : null);
            var attempts = one.putArray("attempts");
            d.log().forEach(a -> attempts.addObject().put("at", a.at() / 1000).put("status", a.status()).put("error", a.error())
                    .put("milliseconds", a.millis()));
        });
        json(ctx, answer);
    }
}
