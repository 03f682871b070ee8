package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.stream.TinyStream.pixels;
import static org.praxino.stream.TinyStream.take;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.LeakCheck;

/** A stream as a publisher: never more than was asked for, in order, with an end. */
@ExtendWith(LeakCheck.class)
@Timeout(600)
class FrameSubscriptionTest {
    @TempDir
    static Path folder;

    private static VideoModel model;

    @BeforeAll
    static void open() {
        model = TinyStream.open(TinyStream.save(folder.resolve("tiny"), 2, 3)); // blocks of two latent frames: 5 frames, then 8
        try (var stream = model.stream(timeline())) {
            take(stream, 1);
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Timeline timeline() {
        return Timeline.of("a cat").withSeed(7L);
    }

    private static class RecordingSubscriber implements Flow.Subscriber<Frame> {
        final List<Frame> frames = new CopyOnWriteArrayList<>();
        final CountDownLatch over = new CountDownLatch(1);
        volatile Flow.@Nullable Subscription subscription;
        volatile @Nullable Throwable error;
        private final AtomicReference<@Nullable Thread> inside = new AtomicReference<>();

        @Override
        public void onSubscribe(Flow.Subscription s) {
            subscription = s;
        }

        @Override
        public void onNext(Frame frame) {
            assertThat(inside.compareAndSet(null, Thread.currentThread())).as("one signal at a time").isTrue();
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            frames.add(frame);
            inside.set(null);
        }

        @Override
        public void onError(Throwable t) {
            error = t;
            over.countDown();
        }

        @Override
        public void onComplete() {
            over.countDown();
        }

        void request(long n) {
            java.util.Objects.requireNonNull(subscription).request(n);
        }

        void waitFor(int count) throws InterruptedException {
            while (frames.size() < count) {
                Thread.sleep(5);
            }
        }
    }

    @Test
    void handsOutWhatWasAskedForAndNoMore() throws Exception {
        List<Frame> walked;
        try (var stream = model.stream(timeline())) {
            walked = take(stream, 20);
        }
        var taker = new RecordingSubscriber();
        try (var stream = model.stream(timeline())) {
            stream.subscribe(taker);
            Thread.sleep(50);
            assertThat(taker.frames).isEmpty();
            taker.request(3);
            taker.waitFor(3);
            taker.request(9);
            taker.request(8);
            taker.waitFor(20);
            Thread.sleep(150);
            assertThat(taker.frames).hasSize(20);
            assertThat(stream.session().stats().frames()).as("at most a second ahead").isLessThanOrEqualTo(20 + 8 + 8);
        }
        assertThat(pixels(taker.frames)).isEqualTo(pixels(walked));
    }

    @Test
    void completesAtTheEndAndGivesEverythingBack() throws Exception {
        var taker = new RecordingSubscriber();
        VideoStream stream = model.stream(timeline().withSeconds(2.0));
        stream.subscribe(taker);
        taker.request(Long.MAX_VALUE);
        assertThat(taker.over.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(taker.error).isNull();
        assertThat(taker.frames).hasSize(16);
        assertThat(stream.session().state()).isEqualTo(StreamState.CLOSED);
    }

    @Test
    void cancellingClosesTheStream() throws Exception {
        var taker = new RecordingSubscriber() {
            @Override
            public void onNext(Frame frame) {
                super.onNext(frame);
                if (frames.size() == 3) {
                    java.util.Objects.requireNonNull(subscription).cancel();
                }
            }
        };
        VideoStream stream = model.stream(timeline());
        stream.subscribe(taker);
        taker.request(100);
        while (stream.session().state() != StreamState.CLOSED) {
            Thread.sleep(5);
        }
        assertThat(taker.frames).hasSize(3);
        while (model.openStreams() > 0) {
            Thread.sleep(5);
        }
    }

    @Test
    void aSecondConsumerIsRefused() throws Exception {
        try (var stream = model.stream(timeline())) {
            stream.subscribe(new RecordingSubscriber());
            var second = new RecordingSubscriber();
            stream.subscribe(second);
            assertThat(second.over.await(5, TimeUnit.SECONDS)).isTrue();
            assertThat(second.error).isInstanceOf(IllegalStateException.class).hasMessageContaining("fork it");
            assertThatThrownBy(stream::hasNext).isInstanceOf(IllegalStateException.class).hasMessageContaining("fork it");
        }
    }

    @Test
    void asksForNothingAreErrors() throws Exception {
        var taker = new RecordingSubscriber();
        model.stream(timeline()).subscribe(taker);
        taker.request(0);
        assertThat(taker.over.await(5, TimeUnit.SECONDS)).isTrue();
        assertThat(taker.error).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("request(0)");
    }

    @Test
    void aSubscriberThatThrowsHasCancelled() throws Exception {
        var taker = new RecordingSubscriber() {
            @Override
            public void onNext(Frame frame) {
                throw new IllegalStateException("cannot show it");
            }
        };
        VideoStream stream = model.stream(timeline());
        stream.subscribe(taker);
        taker.request(5);
        while (stream.session().state() != StreamState.CLOSED) {
            Thread.sleep(5);
        }
    }

    @Test
    void blocksOfTwoLatentFramesStreamRewindAndForkAlike() {
        try (var stream = model.stream(timeline())) {
            var all = take(stream, 40);
            stream.session().rewind(3).join();
            assertThat(pixels(take(stream, 19))).isEqualTo(pixels(all.subList(21, 40)));
            assertThat(pixels(model.generate(GenerateRequest.of("a cat").withSeed(7).withFrames(17)).frames())).isEqualTo(pixels(all.subList(0, 17)));
        }
    }
}
