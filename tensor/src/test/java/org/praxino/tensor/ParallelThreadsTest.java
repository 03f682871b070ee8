package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
}
