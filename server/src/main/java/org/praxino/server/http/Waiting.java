package org.praxino.server.http;

import java.time.Duration;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobState;

/** Waits for jobs, for clients that would rather hold the line. */
final class Waiting {
    private static final long LOOK_MILLIS = 5_000;

    private final JobDesk desk;
    private final Duration patience;

    Waiting(JobDesk desk, Duration patience) {
        this.desk = desk;
        this.patience = patience;
    }

    /** The job, completed; any other end is an error. */
    Job until(Job begun) throws InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        while (true) {
            long bell = desk.board().now();
            Job job = desk.store().find(begun.id()).orElseThrow(() ->
                    ApiError.notFound("video_not_found", "the video " + begun.id() + " was deleted", null));
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
                throw ApiError.late("the video " + job.id() + " is not finished yet; it goes on: ask for /v1/videos/" + job.id());
            }
            desk.board().await(job.id(), bell, Math.min(left, LOOK_MILLIS));
        }
    }
}
