package org.praxino.server.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The line before live sessions, and how long one stands in it, by a clock that is moved by hand. */
class PlacesTest {
    private static final Offset<Double> NEAR = Offset.offset(1e-6);

    private long now;
    private final Places places = new Places(2, () -> now);

    private static final class One implements Places.InLine {
        final List<Integer> positions = new ArrayList<>();
        OptionalDouble seconds = OptionalDouble.empty();
        boolean begun;

        @Override
        public void waits(int position, OptionalDouble until) {
            positions.add(position);
            seconds = until;
        }

        @Override
        public void mayBegin() {
            begun = true;
        }
    }

    private One ask() {
        var one = new One();
        places.ask(one);
        return one;
    }

    private void pass(int seconds) {
        now += seconds * 1_000_000_000L;
    }

    @Test
    void whoComesFirstIsFirst() {
        assertThat(ask().begun).isTrue();
        assertThat(ask().begun).isTrue();
        One third = ask();
        One fourth = ask();
        assertThat(places.take()).as("somebody waits").isFalse();
        places.free();
        assertThat(third.begun).isTrue();
        assertThat(fourth.positions).containsExactly(2, 1);
        assertThat(places.leave(third)).isFalse();
        assertThat(places.leave(fourth)).isTrue();
        assertThat(places.waiting()).isZero();
    }

    @Test
    void theWaitIsToldOnceEnoughHaveLeft() {
        ask();
        ask();
        for (int i = 0; i < 3; i++) {
            One next = ask();
            assertThat(next.seconds).as("after " + i + " leavings").isEmpty();
            pass(30);
            places.free();
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
            One next = ask();
            pass(30);
            places.free();
            assertThat(next.begun).isTrue();
        }
        pass(90); // as long again
        One late = ask();
        assertThat(late.seconds.orElseThrow()).isCloseTo(60, NEAR);
        ask();
        places.free();
        assertThat(late.begun).isTrue();
    }

    @Test
    void whatWasLongAgoDoesNotCount() {
        ask();
        ask();
        for (int i = 0; i < Turnover.MOST + 3; i++) {
            ask();
            pass(i < 3 ? 10_000 : 10);
            places.free();
        }
        assertThat(ask().seconds.orElseThrow()).isCloseTo(10, NEAR);
    }

    @Test
    void placesInWhichNothingBeganDoNotCount() {
        ask();
        for (int i = 0; i < 5; i++) {
            assertThat(places.take()).isTrue();
            places.giveBack();
        }
        ask();
        One third = ask();
        assertThat(third.seconds).as("nobody has left yet").isEmpty();
        places.giveBack();
        assertThat(third.begun).as("the place is the next one's").isTrue();
        for (int i = 0; i < 3; i++) {
            ask();
            pass(30);
            places.free();
        }
        places.giveBack();
        places.giveBack();
        assertThat(places.take()).isTrue();
        assertThat(places.take()).isTrue();
        assertThat(ask().seconds.orElseThrow()).as("one of two leaves every 30 s").isCloseTo(30, NEAR);
    }

    @Test
    void emptyPlacesAreNotHeld() {
        for (int i = 0; i < 3; i++) {
            ask();
            pass(20);
            places.free();
            pass(100_000);
        }
        ask();
        ask();
        assertThat(ask().seconds.orElseThrow()).as("a session lasts 20 s, and there are two").isCloseTo(10, NEAR);
    }
}
