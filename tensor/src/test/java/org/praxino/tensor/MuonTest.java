package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class MuonTest {
    private static final Muon.Settings PLAIN = new Muon.Settings(0.1, 0, 0);

    /** Singular values of what five steps give lie between 0.6 and 1.3 whatever the shape (Jordan et al. 2024). */
    @Test
    void theDirectionIsNearlyOrthogonal() {
        for (long[] shape : List.of(new long[] {24, 24}, new long[] {8, 40}, new long[] {40, 8})) {
            try (var scope = Scope.open("direction")) {
                Tensor x = Muon.orthogonal(RandomStream.of(3, "muon").normal(shape));
                Tensor gram = shape[0] > shape[1] ? x.transpose(0, 1).matmul(x) : x.matmul(x.transpose(0, 1));
                for (float value : gram.eigh().getFirst().toFloatArray()) { // squares of the singular values
                    assertThat(Math.sqrt(value)).isBetween(0.6, 1.3);
                }
            }
        }
    }

    /** A gradient of rank one along known directions: u·vᵀ has one singular value, which becomes s with 0.65 < s < 1.25. */
    @Test
    void anUpdateMovesAgainstTheGradientByTheRateTimesTheRootOfTheShape() {
        try (var scope = Scope.open("update")) {
            Tensor weight = Tensor.zeros(DType.F32, Device.CPU, 4, 1).requiresGrad(true);
            weight.mul(Tensor.of(new float[] {1, 1, 1, 1}, 4, 1)).sum().backward();
            try (var muon = new Muon(Map.of("w", weight), PLAIN)) {
                muon.step(1);
            }
            float[] moved = weight.toFloatArray();
            // The direction is s·(½, ½, ½, ½) and the scale 0.1·√(4/1).
            for (float m : moved) {
                assertThat((double) -m / 0.1).isBetween(0.65, 1.25);
                assertThat(m).isEqualTo(moved[0], within(1e-6f));
            }
        }
    }

    @Test
    void aConvolutionKernelIsAMatrixAndWeightsWithoutGradientsStay() {
        try (var scope = Scope.open("kernel")) {
            Tensor kernel = RandomStream.of(3, "kernel").normal(4, 2, 3, 3).requiresGrad(true);
            Tensor other = Tensor.ones(DType.F32, Device.CPU, 3, 3).requiresGrad(true);
            float[] before = kernel.toFloatArray();
            kernel.square().sum().backward();
            try (var muon = new Muon(Map.of("kernel", kernel, "other", other), PLAIN)) {
                muon.step(0.5);
                assertThat(muon.state()).containsOnlyKeys("kernel.momentum", "other.momentum");
            }
            assertThat(kernel.toFloatArray()).isNotEqualTo(before);
            assertThat(other.toFloatArray()).containsOnly(1);
        }
    }

    @Test
    void itLearnsALinearMapAndResumesBitEqual() {
        var settings = new Muon.Settings(0.1, 0.9, 0.001);
        float[] whole = run(settings, 60, 60);
        float[] pieces = run(settings, 23, 60);
        assertThat(pieces).isEqualTo(whole);
        assertThat(whole[0]).isEqualTo(2, within(0.15f)); // the map is diag(2, -1)
        assertThat(whole[3]).isEqualTo(-1, within(0.15f));
    }

    /** Trains with a new optimiser, restored from the old one's state, from update {@code pause} on. */
    private static float[] run(Muon.Settings settings, int pause, int updates) {
        try (var scope = Scope.open("run")) {
            Tensor map = Tensor.of(new float[] {2, 0, 0, -1}, 2, 2);
            Tensor weight = Tensor.zeros(DType.F32, Device.CPU, 2, 2).requiresGrad(true);
            var muon = new Muon(Map.of("w", weight), settings);
            for (int i = 0; i < updates; i++) {
                if (i == pause) {
                    var again = new Muon(Map.of("w", weight), settings);
                    var state = muon.state();
                    again.restore(new Stored(state));
                    muon.close();
                    muon = again;
                }
                weight.sub(map).square().sum().backward();
                muon.step(1 - i / (double) updates);
                weight.clearGrad();
            }
            muon.close();
            return weight.toFloatArray();
        }
    }

    private record Stored(Map<String, Tensor> all) implements WeightSource {
        @Override
        public java.util.Set<String> names() {
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
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new Muon.Settings(0, 0.9, 0)).isInstanceOf(ConfigException.class).hasMessageContaining("learningRate=0.0");
        assertThatThrownBy(() -> new Muon(Map.of("bias", Tensor.zeros(DType.F32, Device.CPU, 3)), PLAIN))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("bias");
    }
}
