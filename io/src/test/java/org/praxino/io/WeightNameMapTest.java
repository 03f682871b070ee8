package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

@ExtendWith(LeakCheck.class)
class WeightNameMapTest {
    private static final WeightNameMap MAP = WeightNameMap.of(
            "table", "head.table",
            "blocks.#.attn.to_out.0.", "layers.#.o.",
            "blocks.#.attn.to_", "layers.#.",
            "up.#.#.", "up#_#.");

    @Test
    void namesAreMappedInBothDirections() {
        assertThat(MAP.apply("blocks.12.attn.to_out.0.weight")).isEqualTo("layers.12.o.weight");
        assertThat(MAP.apply("blocks.3.attn.to_q.bias")).isEqualTo("layers.3.q.bias");
        assertThat(MAP.apply("up.1.20.x")).isEqualTo("up1_20.x");
        assertThat(MAP.apply("table")).isEqualTo("head.table");
        assertThat(MAP.apply("other.table")).isEqualTo("other.table");
        assertThat(MAP.apply("blocks.x.attn.to_q.bias")).isEqualTo("blocks.x.attn.to_q.bias");
        assertThat(MAP.inverse().apply("layers.12.o.weight")).isEqualTo("blocks.12.attn.to_out.0.weight");
        assertThat(MAP.inverse().apply("layers.3.q.bias")).isEqualTo("blocks.3.attn.to_q.bias");
    }

    @Test
    void weightsAreReadUnderOwnNames() {
        WeightSource own = MAP.apply(new TensorMap(Map.of("table", Tensor.of(new float[] {1, 2}), "rest", Tensor.of(new float[] {3}))));
        assertThat(own.names()).containsExactlyInAnyOrder("head.table", "rest");
        assertThat(own.read("head.table").toFloatArray()).containsExactly(1, 2);
        assertThat(own.shape("rest")).containsExactly(1);
    }

    @Test
    void aPartOfManyIsRead() {
        WeightSource all = new TensorMap(Map.of("a.x", Tensor.of(new float[] {1}), "b.x", Tensor.of(new float[] {2})));
        assertThat(RenamedWeights.below(all, "b.").names()).containsExactly("x");
        assertThat(RenamedWeights.below(all, "b.").read("x").item()).isEqualTo(2);
    }
}
