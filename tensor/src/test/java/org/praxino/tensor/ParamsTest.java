package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class ParamsTest {
    private record InMemory(Map<String, Tensor> all) implements WeightSource {
        @Override
        public Set<String> names() {
            return all.keySet();
        }

        @Override
        public long[] shape(String name) {
            return all.get(name).shape();
        }

        @Override
        public DType dtype(String name) {
            return all.get(name).dtype();
        }

        @Override
        public Tensor read(String name) {
            return all.get(name);
        }
    }

    @Test
    void reportsEveryProblemAtOnce() {
        var source = new InMemory(Map.of(
                "a.weight", Tensor.ones(DType.F32, Device.CPU, 2, 2), "extra", Tensor.ones(DType.F32, Device.CPU, 1)));
        var params = Params.load(source, Device.CPU, DType.F32, "model.safetensors");
        params.at("a").get("weight", Init.zeros(), 3, 2);
        params.at("a").get("bias", Init.zeros(), 3);
        assertThatThrownBy(params::finish)
                .isInstanceOf(WeightException.class)
                .hasMessageContaining("3 problem(s)")
                .hasMessageContaining("mis-shaped a.weight: [2, 2], expected [3, 2]")
                .hasMessageContaining("missing a.bias [3]")
                .hasMessageContaining("unexpected extra [1]");
    }

    @Test
    void loadsUnderThePublishedNames() {
        var source = new InMemory(Map.of("blocks.0.w", Tensor.of(new float[] {1, 2}, 2)));
        try (var params = Params.load(source, Device.CPU, DType.BF16, "x")) {
            Tensor w = params.at("blocks").at("0").get("w", Init.zeros(), 2);
            params.finish();
            assertThat(w.dtype()).isEqualTo(DType.BF16);
            assertThat(w.toFloatArray()).containsExactly(1, 2);
            assertThat(params.count()).isEqualTo(2);
        }
    }

    @Test
    void frozenWeightsMayBePackedAndNotTrained() {
        try (var params = Params.initialise(5, Device.CPU)) {
            assertThat(params.packed(params.get("a", Init.xavier(), 3, 3), null)).isNull();
            params.frozen();
            assertThat(params.packed(params.get("b", Init.xavier(), 3, 3), null)).isNotNull();
            assertThatThrownBy(() -> params.trainable(true)).isInstanceOf(IllegalStateException.class).hasMessageContaining("cannot be trained");
        }
    }

    @Test
    void initialisationDoesNotDependOnOrder() {
        try (var one = Params.initialise(5, Device.CPU);
                var two = Params.initialise(5, Device.CPU)) {
            Tensor a1 = one.get("a", Init.xavier(), 3, 3);
            Tensor b1 = one.get("b", Init.kaiming(), 3, 3);
            Tensor b2 = two.get("b", Init.kaiming(), 3, 3);
            Tensor a2 = two.get("a", Init.xavier(), 3, 3);
            assertThat(a1.sameAs(a2)).isTrue();
            assertThat(b1.sameAs(b2)).isTrue();
        }
    }
}
