package org.praxino.nn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.nn.RotaryEmbedding.Axis;
import org.praxino.nn.RotaryEmbedding.Pairs;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class RotaryEmbeddingTest {
    /** (a, b) of a pair becomes (a cos − b sin, a sin + b cos), the first pairs rotating with time alone. */
    @Test
    void neighboursAreRotatedByTheirPositions() {
        Tensor x = Tensor.of(new float[] {1, 0, 0, 2, 3, 4}, 1, 1, 1, 6); // one pair each for time, height and width
        float[] y = rotated(Pairs.INTERLEAVED, x, 1, 5, 0);
        assertThat(y[0]).isEqualTo((float) Math.cos(5));
        assertThat(y[1]).isEqualTo((float) Math.sin(5));
        assertThat(new float[] {y[2], y[3], y[4], y[5]}).containsExactly(0, 2, 3, 4);
    }

    @Test
    void halvesAreRotatedByTheirPositions() {
        Tensor x = Tensor.of(new float[] {1, 0, 3, 0, 2, 4}, 1, 1, 1, 6); // the same pairs: 0 and 3, 1 and 4, 2 and 5
        float[] y = rotated(Pairs.HALVES, x, 1, 5, 0);
        assertThat(y[0]).isEqualTo((float) Math.cos(5));
        assertThat(y[3]).isEqualTo((float) Math.sin(5));
        assertThat(new float[] {y[1], y[4], y[2], y[5]}).containsExactly(0, 2, 3, 4);
    }

    @Test
    void anAxisWithoutPairsRotatesNothing() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 1, 4);
        assertThat(RotaryEmbedding.of(Pairs.HALVES, 10_000, new Axis(new double[] {0}, 2), Axis.of(1, 0), Axis.of(1, 0), Device.CPU).apply(x).sameAs(x)).isTrue();
    }

    private static float[] rotated(Pairs pairs, Tensor x, int each, int frame, int column) {
        return RotaryEmbedding.of(
                pairs, 10_000, Axis.of(new int[] {frame}, each), Axis.of(1, each), Axis.of(new int[] {column}, each), Device.CPU).apply(x).toFloatArray();
    }
}
