package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.praxino.stream.DeviceScheduler.Priority;

class DeviceSchedulerTest {
    private final DeviceScheduler turns = new DeviceScheduler(Duration.ofMillis(2000));
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private Thread live(String name, long deadline, int blocks, CountDownLatch ended) {
        return Thread.ofVirtual().start(() -> {
            try (var worker = turns.worker(Priority.LIVE)) {
                for (int i = 0; i < blocks; i++) {
                    worker.acquire(deadline + i);
                    order.add(name + i);
                    worker.release();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                ended.countDown();
            }
        });
    }

    private void awaitWaiting(int count) throws InterruptedException {
        while (turns.waiting() < count) {
            Thread.sleep(1);
        }
    }

    @Test
    void liveSessionsGoBetweenTheStepsOfAJobByDeadline() throws Exception {
        var ended = new CountDownLatch(2);
        try (var job = turns.worker(Priority.BATCH)) {
            job.acquire(Long.MAX_VALUE);
            order.add("step0");
            job.yieldDevice();
            order.add("step1");
            live("late", 2000, 1, ended);
            awaitWaiting(1);
            live("soon", 1000, 1, ended);
            awaitWaiting(2);
            job.yieldDevice();
            order.add("step2");
        }
        ended.await();
        assertThat(order).containsExactly("step0", "step1", "soon0", "late0", "step2");
    }

    @Test
    void twoSessionsTakeTurnsBlockByBlock() throws Exception {
        var ended = new CountDownLatch(2);
        var first = turns.worker(Priority.BATCH);
        first.acquire(Long.MAX_VALUE);
        live("a", 0, 3, ended);
        awaitWaiting(1);
        live("b", 0, 3, ended);
        awaitWaiting(2);
        first.close();
        ended.await();
        assertThat(order.subList(0, 2)).containsExactly("a0", "b0");
        assertThat(order).hasSize(6).containsSubsequence("a0", "a1", "a2").containsSubsequence("b0", "b1", "b2");
    }

    @Test
    void jobsDoNotInterruptEachOther() throws Exception {
        var ended = new CountDownLatch(1);
        try (var job = turns.worker(Priority.BATCH)) {
            job.acquire(Long.MAX_VALUE);
            Thread.ofVirtual().start(() -> {
                try (var other = turns.worker(Priority.BATCH)) {
                    other.acquire(Long.MAX_VALUE);
                    order.add("other");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    ended.countDown();
                }
            });
            awaitWaiting(1);
            job.yieldDevice();
            order.add("step");
        }
        ended.await();
        assertThat(order).containsExactly("step", "other");
    }

    @Test
    void oneThatGivesUpWaitingDoesNotHoldUpTheOthers() throws Exception {
        var ended = new CountDownLatch(1);
        try (var job = turns.worker(Priority.BATCH)) {
            job.acquire(Long.MAX_VALUE);
            Thread gone = Thread.ofVirtual().start(() -> {
                try (var worker = turns.worker(Priority.LIVE)) {
                    worker.acquire(0);
                } catch (InterruptedException e) {
                    order.add("gone");
                }
            });
            awaitWaiting(1);
            live("next", 5, 1, ended);
            awaitWaiting(2);
            gone.interrupt();
            gone.join();
        }
        ended.await();
        assertThat(order).containsExactly("gone", "next0");
    }

    @Test
    void aClipThatContinuesGoesBeforeOnesThatHaveNotBegun() throws Exception {
        var ended = new CountDownLatch(2);
        try (var job = turns.worker(Priority.BATCH)) {
            job.acquire(Long.MAX_VALUE);
            Thread.ofVirtual().start(() -> {
                try (var other = turns.worker(Priority.BATCH)) {
                    other.acquire(Long.MAX_VALUE);
                    order.add("other");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    ended.countDown();
                }
            });
            awaitWaiting(1);
            live("live", 0, 1, ended);
            awaitWaiting(2);
            job.yieldDevice();
            order.add("step");
        }
        ended.await();
        assertThat(order).containsExactly("live0", "step", "other");
    }

    @Test
    void aClipStandsBackWhileABlockIsDecoded() throws Exception {
        var decoding = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        try (var job = turns.worker(Priority.BATCH)) {
            job.acquire(Long.MAX_VALUE);
            assertThat(job.wanted()).isFalse();
            Thread.ofVirtual().start(() -> turns.decode(() -> {
                decoding.countDown();
                try {
                    mayEnd.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                order.add("decoded");
            }));
            decoding.await();
            assertThat(job.wanted()).isTrue();
            Thread.ofVirtual().start(() -> {
                try {
                    awaitWaiting(1); // the job
                    live("next", 0, 1, ended); // does not wait for the decoder
                    ended.await();
                    mayEnd.countDown();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            job.yieldDevice();
            order.add("step");
            assertThat(job.wanted()).isFalse();
        }
        assertThat(order).containsExactly("next0", "decoded", "step");
    }

    @Test
    void streamsThatNeverRestLeaveAClipAShare() throws Exception {
        var stop = new AtomicBoolean();
        var blocks = new AtomicInteger();
        var ended = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) { // there is always one that waits
            Thread.ofPlatform().start(() -> {
                try (var worker = turns.worker(Priority.LIVE)) {
                    while (!stop.get()) {
                        worker.acquire(0);
                        Thread.sleep(1);
                        blocks.incrementAndGet();
                        worker.release();
                    }
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    ended.countDown();
                }
            });
        }
        while (turns.waiting() < 1) { // one works, one waits
            Thread.sleep(1);
        }
        try (var job = turns.worker(Priority.BATCH)) {
            job.acquire(Long.MAX_VALUE); // after the longest wait
            for (int i = 0; i < 3; i++) {
                int before = blocks.get();
                long begun = System.nanoTime();
                Thread.sleep(20);
                double layer = (System.nanoTime() - begun) / 1e9;
                assertThat(blocks).as("the clip has the device alone").hasValue(before);
                begun = System.nanoTime();
                job.yieldDevice();
                assertThat((System.nanoTime() - begun) / 1e9).as("the wait for %.3f s of work", layer).isGreaterThan(15 * layer);
                assertThat(blocks.get()).isGreaterThan(before);
            }
        } finally {
            stop.set(true);
        }
        ended.await();
    }
}
