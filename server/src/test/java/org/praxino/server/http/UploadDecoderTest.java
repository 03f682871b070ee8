package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;

class UploadDecoderTest {
    private static final List<Frame> DONE = List.of(new Frame(1, 1, 3, new byte[3]));

    @Test
    void aFullDecoderQueueIsA503AndCountsNoFault() throws Exception {
        var decoder = new UploadDecoder(1, Duration.ofMillis(100), Duration.ofSeconds(30));
        var began = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        Thread slow = Thread.ofPlatform().start(() -> decoder.decode("video", () -> {
            began.countDown();
            end.await();
            return DONE;
        }));
        began.await();
        assertThatThrownBy(() -> decoder.decode("input_reference", () -> DONE)).isInstanceOfSatisfying(ApiError.class, e -> {
            assertThat(e.status()).isEqualTo(503);
            assertThat(e.retryAfter()).isPositive();
        });
        end.countDown();
        slow.join();
        assertThat(decoder.decode("input_reference", () -> DONE)).isEqualTo(DONE);
    }

    @Test
    void aTimeoutInterruptsTheTaskAndFreesItsSlot() throws Exception {
        var decoder = new UploadDecoder(1, Duration.ofSeconds(10), Duration.ofMillis(100));
        var interrupted = new AtomicBoolean();
        assertThatThrownBy(() -> decoder.decode("video", () -> {
            while (!Thread.currentThread().isInterrupted()) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
            interrupted.set(true);
            return DONE;
        })).isInstanceOfSatisfying(ApiError.class, e -> assertThat(e.status()).isEqualTo(400));
        assertThat(decoder.decode("video", () -> DONE)).isEqualTo(DONE);
        assertThat(interrupted).isTrue();
        assertThatThrownBy(() -> decoder.decode("video", () -> {
            throw new MediaException("no picture");
        })).isInstanceOf(MediaException.class);
        assertThat(decoder.decode("video", () -> DONE)).isEqualTo(DONE);
    }
}
