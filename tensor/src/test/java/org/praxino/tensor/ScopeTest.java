package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ScopeTest {
    @Test
    void freesWhatIsNotKept() {
        long before = Scope.liveNativeObjects();
        try (var scope = Scope.open("work")) {
            for (int i = 0; i < 50; i++) {
                Tensor.ones(DType.F32, Device.CPU, 100).add(1).mul(2);
            }
            assertThat(Scope.liveNativeObjects()).isGreaterThan(before + 100);
        }
        assertThat(Scope.liveNativeObjects()).isEqualTo(before);
    }

    @Test
    void keptTensorBelongsToTheEnclosingScope() {
        long before = Scope.liveNativeObjects();
        Tensor kept;
        try (var outer = Scope.open("outer")) {
            try (var inner = Scope.open("inner")) {
                kept = inner.keep(Tensor.of(new float[] {1, 2, 3}).mul(2));
            }
            assertThat(kept.toFloatArray()).containsExactly(2, 4, 6);
            assertThat(Scope.liveNativeObjects()).isEqualTo(before + 1);
        }
        assertThat(Scope.liveNativeObjects()).isEqualTo(before);
        assertThat(kept.toString()).isEqualTo("Tensor(closed)");
    }

    @Test
    void ownedTensorOutlivesAllScopesUntilClosed() {
        Tensor owned;
        try (var scope = Scope.open("s")) {
            owned = Tensor.of(new float[] {4}).own();
        }
        assertThat(owned.item()).isEqualTo(4);
        owned.close();
    }

    @Test
    void mustCloseInnermostFirst() {
        var outer = Scope.open("outer");
        var inner = Scope.open("inner");
        assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class).hasMessageContaining("outer");
        inner.close();
        outer.close();
    }

    @Test
    void gradientsAndOptimiserStepsLeaveNothingBehind() {
        try (var params = Params.initialise(1, Device.CPU)) {
            Tensor w = params.get("w", Init.normal(1), 4, 4);
            params.trainable(true);
            try (var adam = new AdamW(params, new AdamW.Settings(0.9, 0.99, 1e-8, 0));
                    var ema = new Ema(params)) {
                long after = 0;
                for (int i = 0; i < 4; i++) {
                    try (var scope = Scope.open("step")) {
                        w.square().sum().backward();
                        Gradients.clip(params.tensors(), 1);
                        adam.step(0.1);
                        ema.update(0.9);
                        Gradients.clear(params.tensors());
                    }
                    if (i == 0) {
                        after = Scope.liveNativeObjects();
                    }
                }
                assertThat(Scope.liveNativeObjects()).isEqualTo(after);
            }
        }
    }
}
