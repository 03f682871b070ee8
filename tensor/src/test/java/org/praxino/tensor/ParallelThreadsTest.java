package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ParallelThreadsTest {
    @Test
    void eachLaneHasItsShareOfTheThreadsAndTheProcessKeepsItsOwn() {
        int before = Backend.threads();
        try (var lanes = ParallelThreads.open(2, 6)) {
            var both = new CountDownLatch(2); // so that neither thread answers twice
            assertThat(lanes.run(Collections.nCopies(2, () -> {
                both.countDown();
                assertThat(both.await(10, TimeUnit.SECONDS)).as("two at once").isTrue();
                Tensor.ones(DType.F32, Device.CPU, 4).close();
                return Backend.threads();
            }))).containsExactly(3, 3);
            assertThat(Backend.threads()).isEqualTo(before);
        }
        try (var lanes = ParallelThreads.open(4, 2)) {
            assertThat(lanes.run(List.of(Backend::threads))).as("never less than one").containsExactly(1);
        }
    }

    @Test
    void resultsComeInOrderAndAreTheCallers() {
        try (var lanes = ParallelThreads.open(2, 2)) {
            List<Tensor> sums = lanes.run(IntStream.range(0, 5).<Callable<Tensor>>mapToObj(i -> () -> {
                try (var scope = Scope.open("work")) {
                    return Tensor.ones(DType.F32, Device.CPU, 10).mul(i).sum().own();
                }
            }).toList());
            assertThat(sums.stream().map(Tensor::item)).containsExactly(0.0, 10.0, 20.0, 30.0, 40.0);
            sums.forEach(Tensor::close);
        }
    }

    @Test
    void afterAFailureNothingOfTheOthersIsLeft() { // the leak check of this class looks
        try (var lanes = ParallelThreads.open(2, 2)) {
            assertThatThrownBy(() -> lanes.run(List.<Callable<Tensor>>of(
                            () -> Tensor.ones(DType.F32, Device.CPU, 10).own(),
                            () -> {
                                throw new UserException("no");
                            })))
                    .hasMessage("no");
        }
    }

    @Test
    void aFailureWaitsForTheOthers() {
        var done = new AtomicInteger();
        try (var lanes = ParallelThreads.open(2, 2)) {
            assertThatThrownBy(() -> lanes.run(List.of(
                            () -> {
                                throw new UserException("no");
                            },
                            () -> {
                                Thread.sleep(50);
                                return done.incrementAndGet();
                            })))
                    .isInstanceOf(UserException.class)
                    .hasMessage("no");
            assertThat(done).hasValue(1);
        }
    }

    /** One waits at once, the other works on to its own yield point, and a third task begins after both. */
    @Test
    void theyYieldTogether() {
        var log = Collections.synchronizedList(new ArrayList<String>());
        var begun = new CountDownLatch(2);
        var left = new AtomicInteger(1);
        var handler = new YieldPoint.Handler() {
            @Override
            public boolean wanted() {
                return left.get() > 0;
            }

            @Override
            public void yieldNow() {
                log.add("yield");
                left.decrementAndGet();
            }
        };
        Callable<Integer> task = () -> {
            begun.countDown();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            log.add("work");
            YieldPoint.reached();
            log.add("more");
            return 0;
        };
        try (var lanes = ParallelThreads.open(2, 2);
                var guard = YieldPoint.handledBy(handler)) {
            lanes.run(Collections.nCopies(3, task));
            assertThat(log.subList(0, 3)).containsExactly("work", "work", "yield");
            assertThat(log).filteredOn("yield"::equals).hasSize(1);
            log.clear();
            left.set(3);
            lanes.run(Collections.nCopies(3, task)); // whoever is alone at the end yields alone
            assertThat(log).filteredOn("yield"::equals).hasSizeBetween(2, 3);
            assertThat(lanes.run(List.of(() -> "next"))).containsExactly("next");
        }
        YieldPoint.reached(); // without a handler
        assertThat(log).filteredOn("more"::equals).hasSize(3);
    }

    @Test
    void aHandlerThatThrowsEndsTheWorkAndHoldsUpNobody() {
        var handler = new YieldPoint.Handler() {
            @Override
            public boolean wanted() {
                return true;
            }

            @Override
            public void yieldNow() {
                throw new UserException("stop");
            }
        };
        try (var lanes = ParallelThreads.open(2, 2);
                var guard = YieldPoint.handledBy(handler)) {
            assertThatThrownBy(() -> lanes.run(Collections.nCopies(2, () -> {
                YieldPoint.reached();
                return 0;
            }))).hasMessage("stop");
        }
    }
}
