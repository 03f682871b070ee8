package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.access.Scope;
import org.praxino.server.content.ContentStore.Variant;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobSpec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/images/generations}: the same model, one frame, an answer at once. */
final class ImageRoutes {
    private static final int MOST = 10;

    private final JobDesk desk;
    private final Waiting waiting;

    ImageRoutes(JobDesk desk, Waiting waiting) {
        this.desk = desk;
        this.waiting = waiting;
    }

    void add(Api api) {
        api.post("/v1/images/generations", Scope.GENERATE, this::generate);
    }

    private void generate(Context ctx, Caller caller) throws IOException, InterruptedException {
        Fields f = Fields.of(ctx);
        Integer n = f.whole("n", 1, MOST);
        String form = f.text("response_format");
        if (form != null && !form.equals("b64_json") && !form.equals("url")) {
            throw ApiError.invalid("invalid_value", "response_format must be b64_json or url", "response_format");
        }
        String file = f.text("output_format");
        if (file != null && !file.equals("png")) {
            throw ApiError.invalid("not_supported", "pictures are png", "output_format");
        }
        f.text("user"); // a name for the end user, of which nothing is made here
        Want first = want(f);
        f.refuseRest();
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < (n == null ? 1 : n); i++) {
            jobs.add(desk.take(numbered(first, i, jobs), caller, null).job());
        }
        Api.about(ctx, jobs.getFirst().spec().model());
        answer(ctx, jobs, "url".equals(form));
    }

    private static Want want(Fields f) {
        var numbers = new Want.Numbers(null, null, null, f.whole("seed"), f.whole("num_inference_steps", 1, 1000), f.number("guidance_scale"),
                f.flag("teacher"));
        return new Want(JobSpec.Task.IMAGE, f.text("model"), f.needText("prompt"), f.text("negative_prompt"), numbers, f.text("size"),
                JobSpec.Format.PNG, null, null, null, null, null, Boolean.TRUE.equals(f.flag("badge")));
    }

    /** The i-th of several: seeds follow each other, from the first one's on. */
    private static Want numbered(Want want, int i, List<Job> before) {
        if (i == 0) {
            return want;
        }
        var n = want.numbers();
        @Nullable Long seed = before.getFirst().spec().seed() + i;
        return new Want(want.task(), want.model(), want.prompt(), want.negative(),
                new Want.Numbers(null, null, null, seed, n.steps(), n.guidance(), n.teacher()), want.size(), want.format(), null, null, null, null, null, want.badge());
    }

    private void answer(Context ctx, List<Job> jobs, boolean url) throws IOException, InterruptedException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("created", jobs.getFirst().created() / 1000);
        var data = answer.putArray("data");
        for (Job begun : jobs) {
            Job job = waiting.until(begun);
            ObjectNode one = data.addObject();
            if (url) {
                one.put("url", ctx.scheme() + "://" + ctx.host() + "/v1/videos/" + job.id() + "/content");
            } else {
                var entry = desk.content().about(job.id()).map(about -> about.files().get(Variant.VIDEO)).orElseThrow(() ->
                        ApiError.gone("the files of " + job.id() + " have been deleted"));
                one.put("b64_json", Base64.getEncoder().encodeToString(Files.readAllBytes(desk.content().file(job.id(), entry))));
            }
            one.put("seed", job.spec().seed());
        }
        VideoRoutes.json(ctx, answer);
    }
}
