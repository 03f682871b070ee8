package org.praxino.server.http;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;

/** Decodes uploads, a few at a time. Waiting does not count as decoding time. */
final class UploadDecoder {
    private static final int AT_A_TIME = 2;

    private final Semaphore places;
    private final Duration line;
    private final Duration work;

    UploadDecoder() {
        this(AT_A_TIME, Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    /** @param line how long to wait for a place @param work how long decoding may take */
    UploadDecoder(int places, Duration line, Duration work) {
        this.places = new Semaphore(places, true);
        this.line = line;
        this.work = work;
    }

    /**
     * Decodes on a thread of its own, which keeps its place until it has really ended.
     *
     * @param param name of the field, for errors
     * @throws MediaException from the decoder
     */
    List<Frame> decode(String param, Callable<List<Frame>> decoding) {
        try {
            if (!places.tryAcquire(line.toMillis(), TimeUnit.MILLISECONDS)) {
                throw ApiError.unavailable("decoder_busy", "other uploads are being decoded: send " + param + " again in a while", 10);
            }
            var task = new FutureTask<>(decoding);
            Thread thread = Thread.ofPlatform().daemon().name("praxino-decode").unstarted(() -> {
                try {
                    task.run();
                } finally {
                    places.release();
                }
            });
            try {
                thread.start();
            } catch (Throwable t) {
                places.release();
                throw t;
            }
            return result(param, task, thread);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.unavailable("not_ready", "the server is stopping", 5);
        }
    }

    private List<Frame> result(String param, FutureTask<List<Frame>> task, Thread thread) throws InterruptedException {
        try {
            return task.get(work.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw switch (Objects.requireNonNull(e.getCause())) {
                case MediaException m -> m;
                case OutOfMemoryError m -> ApiError.invalid("unreadable_media", param + " needs more memory than there is", param);
                default -> new IllegalStateException(e.getCause());
            };
        } catch (TimeoutException | CancellationException e) {
            thread.interrupt();
            throw ApiError.invalid("unreadable_media", param + " takes longer than " + work.toSeconds() + " s to decode: send a shorter or smaller one",
                    param);
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
    }
}
