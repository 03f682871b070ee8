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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/images/generations}: synchronous generation of single frames. */
final class ImageRoutes {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final int MAX_IMAGES = 10;
    private static final int RETRY_SECONDS = 5;

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
        VideoParameters.only(f, "quality", List.of("auto", "standard", "medium"), "there is one quality");
        VideoParameters.only(f, "background", List.of("auto", "opaque"), "pictures are opaque");
        VideoParameters.only(f, "generator_device", List.of("cpu", "cuda", "gpu"), "noise is drawn the same way everywhere");
        VideoParameters first = parameters(f);
        f.rejectUnknown();
        int count = n == null ? 1 : n;
        int active = service.store().active(caller.id());
        if (count > caller.maxJobs()) {
            throw ApiError.invalid("invalid_value", "this key may have " + caller.maxJobs() + " jobs under way: n can be no more, not " + count, "n");
        }
        if (active + count > caller.maxJobs()) {
            throw ApiError.tooMany("too_many_jobs", "this key has " + active + " jobs under way and may have " + caller.maxJobs()
                    + ": there is no room for " + count + " pictures, wait for some to end or ask for fewer", RETRY_SECONDS);
        }
        var jobs = new ArrayList<Job>();
        boolean answered = false;
        try {
            for (int i = 0; i < count; i++) {
                jobs.add(service.submit(numbered(first, i, jobs), caller, null).job());
            }
            ApiRouter.setModel(ctx, jobs.getFirst().spec().model());
            answer(ctx, jobs, "url".equals(form));
            answered = true;
        } catch (ApiError e) {
            answered = e.status() == 504; // they continue, and the response says so
            throw e;
        } finally {
            if (!answered) { // their ids are unknown to the client
                jobs.forEach(job -> stop(job, caller));
            }
        }
    }

    private void stop(Job job, Caller caller) {
        try {
            service.cancel(job.id(), caller);
        } catch (RuntimeException e) {
            LOG.warn("picture {} continues although its request failed: {}", job.id(), e.getMessage());
        }
    }

    private static VideoParameters parameters(RequestBody f) {
        var numbers = new VideoParameters.SamplingParameters(null, null, null, f.integer("seed"),
                f.integer("num_inference_steps", 1, 1000), f.number("guidance_scale"),
                f.flag("teacher"), false);
        return new VideoParameters(JobSpec.Task.IMAGE, f.text("model"), f.requiredText("prompt"), VideoParameters.negative(f), numbers, VideoParameters.size(f),
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
                new VideoParameters.SamplingParameters(null, null, null, seed, n.steps(), n.guidance(), n.teacher(), false), parameters.size(),
                        parameters.format(), null, null, null, null, null, parameters.badge());
    }

    private void answer(Context ctx, List<Job> jobs, boolean url) throws IOException, InterruptedException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("created", jobs.getFirst().created() / 1000).put("quality", "standard").put("background", "opaque").put("output_format", "png");
        List<String> warnings = service.warnings(jobs.getFirst());
        if (!warnings.isEmpty()) {
            warnings.forEach(answer.putArray("warnings")::add);
        }
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
