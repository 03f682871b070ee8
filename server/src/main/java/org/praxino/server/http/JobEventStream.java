package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobProgressTracker;
import tools.jackson.databind.node.ObjectNode;

/**
 * Streams a job's events as Server-Sent Events: {@code status} on every status change, {@code progress} in between, {@code preview} images
 * on request. Ends after the final status. Slow clients skip intermediate events.
 */
final class JobEventStream {
    /** Polling interval of the queue position. */
    private static final long POLL_MILLIS = 2_000;

    /** Interval of keep-alive comments. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private static final int MAX_STREAMS = 256;

    private final JobService service;
    private final Semaphore open = new Semaphore(MAX_STREAMS);

    JobEventStream(JobService service) {
        this.service = service;
    }

    void serve(Context ctx, Caller caller) throws IOException, InterruptedException {
        Job job = service.find(ctx.pathParam("id"), caller);
        QueryParameters.rejectUnknown(ctx, Set.of("preview"));
        boolean previews = QueryParameters.choice(ctx, "preview", "false", List.of("true", "false")).equals("true");
        if (!open.tryAcquire()) {
            throw ApiError.unavailable("too_many_streams", "too many event streams: poll the video instead", 10);
        }
        try {
            ctx.contentType("text/event-stream").header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
            ctx.res().setCharacterEncoding("UTF-8");
            if (previews) {
                service.progress().watch(job.id());
            }
            follow(ctx.res().getOutputStream(), job.id(), previews); // the wrapper around it does not flush
        } finally {
            if (previews) {
                service.progress().unwatch(job.id());
            }
            open.release();
        }
    }

    private void follow(OutputStream out, String id, boolean previews) throws IOException, InterruptedException {
        @Nullable ObjectNode last = null;
        long seen = -1;
        long beat = System.nanoTime();
        for (int number = 1; ; ) {
            long version = service.progress().version();
            Job job;
            try {
                job = service.store().find(id).orElse(null);
            } catch (JdbiException e) { // away for a while; the job continues
                write(out, ": alive\n\n");
                service.progress().await(id, version, POLL_MILLIS);
                continue;
            }
            if (job == null) {
                write(out, "event: deleted\ndata: {}\n\n");
                return;
            }
            ObjectNode now = service.toJson(job);
            if (!now.equals(last)) {
                boolean status = last == null || !now.get("status").equals(last.get("status"));
                write(out, "id: " + number++ + "\nevent: " + (status ? "status" : "progress") + "\ndata: " + now + "\n\n");
                last = now;
                beat = System.nanoTime();
            } else if (System.nanoTime() - beat > HEARTBEAT_MILLIS * 1_000_000) {
                write(out, ": alive\n\n");
                beat = System.nanoTime();
            }
            if (job.state().ended()) {
                return;
            }
            JobProgressTracker.Preview preview = previews ? service.progress().preview(id) : null;
            if (preview != null && preview.number() != seen) {
                seen = preview.number();
                write(out, "id: " + number++ + "\nevent: preview\ndata: {\"id\":\"" + id + "\",\"image\":\"data:image/jpeg;base64,"
                        + Base64.getEncoder().encodeToString(preview.jpeg()) + "\"}\n\n");
            }
            service.progress().await(id, version, POLL_MILLIS);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
