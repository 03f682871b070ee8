package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The line before live sessions, and how long one stands in it, by a clock that is moved by hand. */
class SessionSlotsTest {
    private static final Offset<Double> NEAR = Offset.offset(1e-6);

    private long now;
    private final SessionSlots places = new SessionSlots(2, () -> now);

    private static final class RecordingWaiter implements SessionSlots.Waiter {
        final List<Integer> positions = new ArrayList<>();
        OptionalDouble seconds = OptionalDouble.empty();
        boolean begun;

        @Override
        public void onQueued(int position, OptionalDouble until) {
            positions.add(position);
            seconds = until;
        }

        @Override
        public void onSlot() {
            begun = true;
        }
    }

    private RecordingWaiter ask() {
        var one = new RecordingWaiter();
        places.request(one);
        return one;
    }

    private void pass(int seconds) {
        now += seconds * 1_000_000_000L;
    }

    @Test
    void whoComesFirstIsFirst() {
        assertThat(ask().begun).isTrue();
        assertThat(ask().begun).isTrue();
        RecordingWaiter third = ask();
        RecordingWaiter fourth = ask();
        assertThat(places.tryAcquire()).as("somebody waits").isFalse();
        places.release();
        assertThat(third.begun).isTrue();
        assertThat(fourth.positions).containsExactly(2, 1);
        assertThat(places.cancel(third)).isFalse();
        assertThat(places.cancel(fourth)).isTrue();
        assertThat(places.waiting()).isZero();
    }

    @Test
    void theWaitIsEstimatedAfterThreeReleases() {
        ask();
        ask();
        for (int i = 0; i < 3; i++) {
            RecordingWaiter next = ask();
            assertThat(next.seconds).as("after " + i + " leavings").isEmpty();
            pass(30);
            places.release();
            assertThat(next.begun).isTrue();
        }
        assertThat(ask().seconds.orElseThrow()).as("two places, each held for a minute: one comes free every 30 s").isCloseTo(30, NEAR);
        assertThat(ask().seconds.orElseThrow()).isCloseTo(60, NEAR);
    }

    @Test
    void theEstimateGrowsWhileNobodyLeaves() {
        ask();
        ask();
        for (int i = 0; i < 3; i++) {
            RecordingWaiter next = ask();
            pass(30);
            places.release();
            assertThat(next.begun).isTrue();
        }
        pass(90); // as long again
        RecordingWaiter late = ask();
        assertThat(late.seconds.orElseThrow()).isCloseTo(60, NEAR);
        ask();
        places.release();
        assertThat(late.begun).isTrue();
    }

    @Test
    void whatWasLongAgoDoesNotCount() {
        ask();
        ask();
        for (int i = 0; i < SlotWaitEstimator.MAX_RELEASES + 3; i++) {
            ask();
            pass(i < 3 ? 10_000 : 10);
            places.release();
        }
        assertThat(ask().seconds.orElseThrow()).isCloseTo(10, NEAR);
    }

    @Test
    void placesInWhichNothingBeganDoNotCount() {
        ask();
        for (int i = 0; i < 5; i++) {
            assertThat(places.tryAcquire()).isTrue();
            places.releaseUnused();
        }
        ask();
        RecordingWaiter third = ask();
        assertThat(third.seconds).as("nobody has left yet").isEmpty();
        places.releaseUnused();
        assertThat(third.begun).as("the place is the next one's").isTrue();
        for (int i = 0; i < 3; i++) {
            ask();
            pass(30);
            places.release();
        }
        places.releaseUnused();
        places.releaseUnused();
        assertThat(places.tryAcquire()).isTrue();
        assertThat(places.tryAcquire()).isTrue();
        assertThat(ask().seconds.orElseThrow()).as("one of two leaves every 30 s").isCloseTo(30, NEAR);
    }

    @Test
    void emptyPlacesAreNotHeld() {
        for (int i = 0; i < 3; i++) {
            ask();
            pass(20);
            places.release();
            pass(100_000);
        }
        ask();
        ask();
        assertThat(ask().seconds.orElseThrow()).as("a session lasts 20 s, and there are two").isCloseTo(10, NEAR);
    }
}
