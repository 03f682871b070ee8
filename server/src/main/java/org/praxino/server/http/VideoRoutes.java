package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Sha256;
import org.praxino.server.access.Caller;
import org.praxino.server.access.Scope;
import org.praxino.server.content.ContentStore;
import org.praxino.server.content.ContentStore.Variant;
import org.praxino.server.hook.AddressGuard;
import org.praxino.server.hook.HookStore;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobState;
import org.praxino.server.job.NewJob;
import org.praxino.server.metrics.Metrics;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/videos} and all below it. */
final class VideoRoutes {
    private static final int PAGE = 20;
    private static final int LARGEST_PAGE = 100;
    private static final int LONGEST_KEY = 255;

    private final JobDesk desk;
    private final Waiting waiting;
    private final AddressGuard guard;
    private final HookStore hooks;
    private final Metrics metrics;

    /** Reads a body into what is wanted. */
    @FunctionalInterface
    private interface Reader {
        Want read(Fields fields);
    }

    VideoRoutes(JobDesk desk, Waiting waiting, AddressGuard guard, HookStore hooks, Metrics metrics) {
        this.desk = desk;
        this.waiting = waiting;
        this.guard = guard;
        this.hooks = hooks;
        this.metrics = metrics;
    }

    void add(Api api) {
        var events = new EventStream(desk);
        api.post("/v1/videos", Scope.GENERATE, (ctx, caller) -> create(ctx, caller, f -> Want.create(f, guard)));
        api.post("/v1/videos/sync", Scope.GENERATE, this::sync);
        api.post("/v1/videos/edits", Scope.GENERATE, (ctx, caller) -> create(ctx, caller, f -> Want.edit(f, guard)));
        api.post("/v1/videos/extensions", Scope.GENERATE, (ctx, caller) -> create(ctx, caller, f -> Want.extend(f, guard)));
        api.post("/v1/videos/{id}/remix", Scope.GENERATE,
                (ctx, caller) -> create(ctx, caller, f -> Want.remix(f, ctx.pathParam("id"), guard)));
        api.get("/v1/videos", Scope.READ, this::list);
        api.get("/v1/videos/{id}", Scope.READ, (ctx, caller) -> show(ctx, desk.find(ctx.pathParam("id"), caller)));
        api.get("/v1/videos/{id}/content", Scope.READ, this::content);
        api.head("/v1/videos/{id}/content", Scope.READ, this::content);
        api.get("/v1/videos/{id}/events", Scope.READ, events::serve);
        api.get("/v1/videos/{id}/webhooks", Scope.READ, this::deliveries);
        api.post("/v1/videos/{id}/cancel", Scope.GENERATE, (ctx, caller) -> show(ctx, desk.cancel(ctx.pathParam("id"), caller)));
        api.delete("/v1/videos/{id}", Scope.GENERATE, this::delete);
    }

    private void create(Context ctx, Caller caller, Reader reader) {
        JobDesk.Taken taken = take(ctx, caller, reader);
        if (taken.repeated()) {
            ctx.header("Idempotent-Replayed", "true");
        }
        ctx.header("Location", "/v1/videos/" + taken.job().id());
        show(ctx, taken.job());
    }

    private JobDesk.Taken take(Context ctx, Caller caller, Reader reader) {
        Fields fields = Fields.of(ctx);
        NewJob.Once once = once(ctx, fields);
        JobDesk.Taken taken = desk.before(caller, once).orElseGet(() -> desk.take(reader.read(fields), caller, once));
        Api.about(ctx, taken.job().spec().model());
        return taken;
    }

    private static NewJob.@Nullable Once once(Context ctx, Fields fields) {
        String key = ctx.header("Idempotency-Key");
        if (key == null) {
            return null;
        }
        if (key.isBlank() || key.length() > LONGEST_KEY) {
            throw ApiError.invalid("invalid_value", "an Idempotency-Key has 1 to " + LONGEST_KEY + " characters", "Idempotency-Key");
        }
        return new NewJob.Once(key, Sha256.ofText(ctx.path() + "\n" + fields.digest()));
    }

    /** Waits for the end and answers with the file. */
    private void sync(Context ctx, Caller caller) throws IOException, InterruptedException {
        JobDesk.Taken taken = take(ctx, caller, f -> Want.create(f, guard));
        ctx.header("X-Video-Id", taken.job().id());
        send(ctx, waiting.until(taken.job()), Variant.VIDEO);
    }

    private void show(Context ctx, Job job) {
        json(ctx, desk.show(job));
    }

    static void json(Context ctx, ObjectNode node) {
        ctx.contentType("application/json").result(node.toString());
    }

    private void list(Context ctx, Caller caller) {
        Queries.only(ctx, Set.of("after", "limit", "order"));
        int limit = Queries.whole(ctx, "limit", PAGE, 1, LARGEST_PAGE);
        String order = Queries.choice(ctx, "order", "desc", List.of("asc", "desc"));
        String after = ctx.queryParam("after");
        Job last = after == null ? null : desk.store().find(after).filter(job -> job.owner().equals(caller.id()) || caller.may(Scope.ADMIN))
                .orElseThrow(() -> ApiError.invalid("invalid_value", "after must be the id of a video", "after"));
        String owner = caller.may(Scope.ADMIN) ? null : caller.id();
        List<Job> jobs = desk.store().list(owner, last, limit + 1, order.equals("desc"));
        List<Job> page = jobs.subList(0, Math.min(limit, jobs.size()));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "list");
        var data = answer.putArray("data");
        page.forEach(job -> data.add(desk.show(job)));
        answer.put("first_id", page.isEmpty() ? null : page.getFirst().id());
        answer.put("last_id", page.isEmpty() ? null : page.getLast().id());
        answer.put("has_more", jobs.size() > limit);
        json(ctx, answer);
    }

    private void content(Context ctx, Caller caller) throws IOException {
        Queries.only(ctx, Set.of("variant"));
        String variant = Queries.choice(ctx, "variant", "video", List.of("video", "thumbnail", "spritesheet"));
        Job job = desk.find(ctx.pathParam("id"), caller);
        if (job.state() != JobState.COMPLETED) {
            throw ApiError.notFound("not_ready", "the video " + job.id() + " is " + job.state().text() + ": it has content once it is completed", null);
        }
        send(ctx, job, Variant.valueOf(variant.toUpperCase(Locale.ROOT)));
    }

    private void send(Context ctx, Job job, Variant variant) throws IOException {
        ContentStore.Entry entry = desk.content().about(job.id()).map(about -> about.files().get(variant)).orElseThrow(() ->
                ApiError.gone("the files of " + job.id() + " have been deleted: their time was over"));
        String name = job.id() + entry.name().substring(entry.name().indexOf('.'));
        long bytes = ContentAnswer.send(ctx, desk.content().file(job.id(), entry), entry, name);
        metrics.sent(variant == Variant.VIDEO ? job.spec().format().ending() : "jpeg", bytes);
    }

    private void delete(Context ctx, Caller caller) {
        String id = ctx.pathParam("id");
        desk.delete(id, caller);
        json(ctx, JsonNodeFactory.instance.objectNode().put("id", id).put("object", "video.deleted").put("deleted", true));
    }

    private void deliveries(Context ctx, Caller caller) {
        Job job = desk.find(ctx.pathParam("id"), caller);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "list");
        var data = answer.putArray("data");
        hooks.log(job.id()).forEach(d -> {
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
