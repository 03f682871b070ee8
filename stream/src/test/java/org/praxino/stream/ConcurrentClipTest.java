package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.praxino.stream.TinyStream.pixels;
import static org.praxino.stream.TinyStream.take;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.stream.engine.DeadlineExecutor;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.YieldPoint;

/** Streams go before clips at every step, and neither changes what the other shows. */
@ExtendWith(LeakCheck.class)
@Timeout(300)
class ConcurrentClipTest {
    private static final int STEPS = 300;
    private static final GenerateRequest CLIP = GenerateRequest.of("a dog").withSeed(5).withTeacher(true).withSteps(STEPS).withFrames(9);

    @TempDir
    Path folder;

    @Test
    void aStreamPlaysWhileALongClipIsMade() throws Exception {
        try (var model = TinyStream.open(TinyStream.save(folder.resolve("tiny"), 1, 3))) {
            var timeline = Timeline.of("a cat").withSeed(7L);
            List<List<Byte>> streamAlone;
            try (var stream = model.stream(timeline)) {
                streamAlone = pixels(take(stream, 17));
            }
            List<List<Byte>> clipAlone = pixels(model.generate(CLIP).frames());

            var begun = new CountDownLatch(3);
            var steps = new AtomicLong();
            var clip = CompletableFuture.supplyAsync(() -> model.generate(CLIP, (done, total, note) -> {
                begun.countDown();
                steps.set(done);
            }));
            begun.await();
            try (var stream = model.stream(timeline)) {
                assertThat(pixels(take(stream, 17))).isEqualTo(streamAlone);
            }
            assertThat(clip.isDone()).as("the stream waited for %d of %d steps", steps.get(), STEPS).isFalse();
            assertThat(pixels(clip.get().frames())).isEqualTo(clipAlone);
        }
    }

    @Test
    void aStreamGetsItsTurnInTheMiddleOfAClipsStep() throws Exception {
        var scheduler = new DeviceScheduler(Duration.ofMillis(100));
        Path tiny = TinyStream.save(folder.resolve("tiny"), 1, 3);
        var engine = new DeadlineExecutor(new ThreadGroup("test"), scheduler);
        var stoppedIn = Collections.synchronizedSet(new TreeSet<String>());
        var ended = new AtomicBoolean();
        try (var model = VideoModel.open(tiny.toString(), ModelOptions.of(Device.CPU, DType.F32), scheduler)) {
            engine.execute(new Runnable() {
                @Override
                public void run() { // there is always one more
                    for (StackTraceElement[] stack : Thread.getAllStackTraces().values()) {
                        for (int i = 0; i + 1 < stack.length; i++) {
                            if (stack[i].getClassName().equals(YieldPoint.class.getName())) {
                                stoppedIn.add(stack[i + 1].getClassName());
                            }
                        }
                    }
                    if (!ended.get()) {
                        engine.execute(this);
                    }
                }
            });
            for (int clips = 0; clips < 50 && stoppedIn.size() < 2; clips++) { // a fast decoder may be done within its share of the time
                model.generate(CLIP.withSteps(1).withFrames(1));
            }
        } finally {
            ended.set(true);
            engine.shutdown();
        }
        assertThat(stoppedIn).containsExactly("org.praxino.walt.WaltDecoder", "org.praxino.walt.WaltTransformer");
    }

    @Test
    void theEarliestDeadlineRunsFirst() throws Exception {
        var turns = new DeviceScheduler();
        var thread = new DeadlineExecutor(new ThreadGroup("test"), turns);
        var order = Collections.synchronizedList(new ArrayList<String>());
        var all = new CountDownLatch(3);
        try (var clip = turns.worker(DeviceScheduler.Priority.BATCH)) {
            clip.acquire(Long.MAX_VALUE);
            for (String deadline : List.of("3", "1", "2")) {
                thread.execute(() -> {
                    order.add(deadline);
                    all.countDown();
                }, Long.parseLong(deadline));
            }
            assertThat(order).as("before there is a turn").isEmpty();
        }
        all.await();
        assertThat(order).containsExactly("1", "2", "3");
        thread.shutdown();
        assertThatThrownBy(() -> thread.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
