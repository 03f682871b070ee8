package org.praxino.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class MemoTest {
    private static double value(Memo<String> memo, String key, double value) {
        try (var scope = Scope.open("call")) { // what was computed outlives the call
            return memo.get(key, () -> List.of(Tensor.of(new float[] {(float) value}, 1))).getFirst().item();
        }
    }

    @Test
    void theLeastRecentlyUsedIsForgotten() {
        try (var memo = new Memo<String>(2)) {
            assertThat(value(memo, "a", 1)).isEqualTo(1);
            assertThat(value(memo, "b", 2)).isEqualTo(2);
            assertThat(value(memo, "a", 9)).as("kept").isEqualTo(1);
            assertThat(value(memo, "c", 3)).isEqualTo(3);
            assertThat(value(memo, "a", 9)).isEqualTo(1);
            assertThat(value(memo, "b", 5)).as("computed again").isEqualTo(5);
            assertThat(memo.computed()).isEqualTo(4);
        }
    }
}
