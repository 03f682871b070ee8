package org.praxino.wan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class TurnsTest {
    @Test
    void turnsPutTogetherAreThoseMadeForThePlaces() {
        try (var turns = new Turns(12, Device.CPU)) {
            int[][] asked = {{0, 1}, {2, 3, 4}, {0, 4, 5, 6, 1, 2, 3}, {0}, {200, 201}, {5, 3}};
            for (int[] places : asked) {
                Tensor x = RandomStream.of(1, "x").normal(2, places.length * 6L, 3, 12);
                Tensor made = Turn.of(places, 2, 3, 12, Device.CPU).apply(x);
                assertThat(turns.of(places, 2, 3).apply(x).sameAs(made)).isTrue();
            }
            int[] places = {1, 2};
            Tensor x = RandomStream.of(2, "x").normal(1, 2 * 12L, 3, 12);
            assertThat(turns.of(places, 3, 4).apply(x).sameAs(Turn.of(places, 3, 4, 12, Device.CPU).apply(x))).as("pictures of another size").isTrue();
        }
    }

    /** (a, b) of a pair becomes (a cos − b sin, a sin + b cos), the first pairs turning with time alone. */
    @Test
    void aPairTurnsByItsPlace() {
        Tensor x = Tensor.of(new float[] {1, 0, 0, 2, 3, 4}, 1, 1, 1, 6); // one pair each for time, height and width
        float[] y = Turn.of(new int[] {5}, 1, 1, 6, Device.CPU).apply(x).toFloatArray();
        assertThat(y[0]).isEqualTo((float) Math.cos(5));
        assertThat(y[1]).isEqualTo((float) Math.sin(5));
        assertThat(new float[] {y[2], y[3], y[4], y[5]}).containsExactly(0, 2, 3, 4);
    }
}
