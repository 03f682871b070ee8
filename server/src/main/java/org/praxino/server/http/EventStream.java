package org.praxino.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobBoard;
import tools.jackson.databind.node.ObjectNode;

/**
 * What happens to a job as Server-Sent Events: {@code status} first and with every new status, {@code progress} in between, {@code preview}
 * with a small picture for those who ask for it, the end after the last status. A client that reads slowly misses steps in between and never the end; nothing piles up for it.
 */
final class EventStream {
    /** How often the place in the queue is looked at. */
    private static final long LOOK_MILLIS = 2_000;

    /** How often a silent line shows that the connection lives. */
    private static final long BEAT_MILLIS = 15_000;

    private static final int MOST = 256;

    private final JobDesk desk;
    private final Semaphore open = new Semaphore(MOST);

    EventStream(JobDesk desk) {
        this.desk = desk;
    }

    void serve(Context ctx, Caller caller) throws IOException, InterruptedException {
        Job job = desk.find(ctx.pathParam("id"), caller);
        Queries.only(ctx, Set.of("preview"));
        boolean looks = Queries.choice(ctx, "preview", "false", List.of("true", "false")).equals("true");
        if (!open.tryAcquire()) {
            throw ApiError.unavailable("too_many_streams", "too many clients listen: ask for the video from time to time instead", 10);
        }
        try {
            ctx.contentType("text/event-stream").header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
            ctx.res().setCharacterEncoding("UTF-8");
            if (looks) {
                desk.board().watch(job.id());
            }
            follow(ctx.res().getOutputStream(), job.id(), looks); // the wrapper around it does not flush
        } finally {
            if (looks) {
                desk.board().unwatch(job.id());
            }
            open.release();
        }
    }

    private void follow(OutputStream out, String id, boolean looks) throws IOException, InterruptedException {
        @Nullable ObjectNode last = null;
        long seen = -1;
        long beat = System.nanoTime();
        for (int number = 1; ; ) {
            long bell = desk.board().now();
            Job job = desk.store().find(id).orElse(null);
            if (job == null) {
                write(out, "event: deleted\ndata: {}\n\n");
                return;
            }
            ObjectNode now = desk.show(job);
            if (!now.equals(last)) {
                boolean status = last == null || !now.get("status").equals(last.get("status"));
                write(out, "id: " + number++ + "\nevent: " + (status ? "status" : "progress") + "\ndata: " + now + "\n\n");
                last = now;
                beat = System.nanoTime();
            } else if (System.nanoTime() - beat > BEAT_MILLIS * 1_000_000) {
                write(out, ": alive\n\n");
                beat = System.nanoTime();
            }
            if (job.state().ended()) {
                return;
            }
            JobBoard.Preview preview = looks ? desk.board().preview(id) : null;
            if (preview != null && preview.number() != seen) {
                seen = preview.number();
                write(out, "id: " + number++ + "\nevent: preview\ndata: {\"id\":\"" + id + "\",\"image\":\"data:image/jpeg;base64,"
                        + Base64.getEncoder().encodeToString(preview.jpeg()) + "\"}\n\n");
            }
            desk.board().await(id, bell, LOOK_MILLIS);
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
