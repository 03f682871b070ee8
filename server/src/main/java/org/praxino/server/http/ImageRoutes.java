package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.access.KeyScope;
import org.praxino.server.content.ContentStore.Variant;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobSpec;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/images/generations}: synchronous generation of single frames. */
final class ImageRoutes {
    private static final int MAX_IMAGES = 10;

    private final JobService service;
    private final JobWaiter waiter;

    ImageRoutes(JobService service, JobWaiter waiter) {
        this.service = service;
        this.waiter = waiter;
    }

    void add(ApiRouter api) {
        api.post("/v1/images/generations", KeyScope.GENERATE, this::generate);
    }

    private void generate(Context ctx, Caller caller) throws IOException, InterruptedException {
        RequestBody f = RequestBody.of(ctx);
        Integer n = f.integer("n", 1, MAX_IMAGES);
        String form = f.text("response_format");
        if (form != null && !form.equals("b64_json") && !form.equals("url")) {
            throw ApiError.invalid("invalid_value", "response_format must be b64_json or url", "response_format");
        }
        String file = f.text("output_format");
        if (file != null && !file.equals("png")) {
            throw ApiError.invalid("not_supported", "pictures are png", "output_format");
        }
        f.text("user"); // accepted and ignored
        VideoParameters first = parameters(f);
        f.rejectUnknown();
        var jobs = new ArrayList<Job>();
        for (int i = 0; i < (n == null ? 1 : n); i++) {
            jobs.add(service.submit(numbered(first, i, jobs), caller, null).job());
        }
        ApiRouter.setModel(ctx, jobs.getFirst().spec().model());
        answer(ctx, jobs, "url".equals(form));
    }

    private static VideoParameters parameters(RequestBody f) {
        var numbers = new VideoParameters.SamplingParameters(null, null, null, f.integer("seed"),
                f.integer("num_inference_steps", 1, 1000), f.number("guidance_scale"),
                f.flag("teacher"));
        return new VideoParameters(JobSpec.Task.IMAGE, f.text("model"), f.requiredText("prompt"), f.text("negative_prompt"), numbers, f.text("size"),
                JobSpec.Format.PNG, null, null, null, null, null, Boolean.TRUE.equals(f.flag("badge")));
    }

    /** Parameters of the i-th image: consecutive seeds. */
    private static VideoParameters numbered(VideoParameters parameters, int i, List<Job> before) {
        if (i == 0) {
            return parameters;
        }
        var n = parameters.sampling();
        @Nullable Long seed = before.getFirst().spec().seed() + i;
        return new VideoParameters(parameters.task(), parameters.model(), parameters.prompt(), parameters.negative(),
                new VideoParameters.SamplingParameters(null, null, null, seed, n.steps(), n.guidance(), n.teacher()), parameters.size(),
                        parameters.format(), null, null, null, null, null, parameters.badge());
    }

    private void answer(Context ctx, List<Job> jobs, boolean url) throws IOException, InterruptedException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("created", jobs.getFirst().created() / 1000);
        var data = answer.putArray("data");
        for (Job begun : jobs) {
            Job job = waiter.await(begun);
            ObjectNode one = data.addObject();
            if (url) {
                one.put("url", ApiRouter.base(ctx) + "/v1/videos/" + job.id() + "/content");
            } else {
                var entry = service.content().manifest(job.id()).map(about -> about.files().get(Variant.VIDEO)).orElseThrow(() ->
                        ApiError.gone("the files of " + job.id() + " have been deleted"));
                one.put("b64_json", Base64.getEncoder().encodeToString(Files.readAllBytes(service.content().file(job.id(), entry))));
            }
            one.put("seed", job.spec().seed());
        }
        VideoRoutes.json(ctx, answer);
    }
}
