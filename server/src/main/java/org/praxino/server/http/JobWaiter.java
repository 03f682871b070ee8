package org.praxino.server.http;

import java.time.Duration;
import org.jdbi.v3.core.JdbiException;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobState;

/** Waits for jobs, for synchronous requests. */
final class JobWaiter {
    private static final long POLL_MILLIS = 5_000;

    private final JobService service;
    private final Duration timeout;

    JobWaiter(JobService service, Duration timeout) {
        this.service = service;
        this.timeout = timeout;
    }

    /** Waits until a job is completed; throws on any other outcome. */
    Job await(Job begun) throws InterruptedException {
        long until = System.nanoTime() + timeout.toNanos();
        while (true) {
            long version = service.progress().version();
            Job job;
            try {
                job = service.store().find(begun.id()).orElseThrow(() ->
                        ApiError.notFound("video_not_found", "the video " + begun.id() + " was deleted", null));
            } catch (JdbiException e) {
                job = begun; // the database is away for a while: the job continues
            }
            if (job.state() == JobState.COMPLETED) {
                return job;
            }
            if (job.state() == JobState.CANCELLED) {
                throw ApiError.conflict("cancelled", "the video " + job.id() + " was cancelled");
            }
            if (job.error() != null) {
                throw ApiError.failed(job.error().code(), job.error().message());
            }
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw ApiError.timeout("the video " + job.id() + " is not finished yet; it continues: ask for /v1/videos/" + job.id());
            }
            service.progress().await(job.id(), version, Math.min(left, POLL_MILLIS));
        }
    }
}
