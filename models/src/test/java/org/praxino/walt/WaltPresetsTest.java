package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.TimePosition;

@ExtendWith(LeakCheck.class)
class WaltPresetsTest {
    private static long count(WaltConfig config) {
        try (var network = new WaltTransformer(config, Params.counting())) {
            return network.params().count();
        }
    }

    /** The count by hand, DiT's parts one after another. */
    private static long formula(WaltConfig c) {
        long d = c.dim();
        long area = (long) c.patch() * c.patch();
        long sum = c.inputChannels() * area * d + d + d * c.latentChannels() * area + c.latentChannels() * area; // patch, out
        sum += (long) c.gridHeight() * c.gridWidth() * d;
        sum += (c.time() == TimePosition.LEARNED ? c.frames() : 1) * d;
        sum += 256 * d + d + d * d + d; // level
        sum += 2 * d * d + 2 * d; // final modulation
        sum += c.classes() > 0 ? (c.classes() + 1) * d : 0;
        sum += c.textDim() > 0 ? c.textDim() * d + d + d + d * d + d : 0; // projection, null, pooled
        if (c.lowResolution()) {
            sum += 4L * c.latentChannels() * (9 * c.latentChannels() + 1) + 256 * d + d + d * d + d;
        }
        for (int i = 0; i < c.layers(); i++) {
            sum += 4 * d * d + 4 * d + 2 * d * c.mlp() + c.mlp() + d;
            sum += i == 0 || c.adaLnRank() == 0 ? 6 * d * d + 6 * d : 7 * d * c.adaLnRank();
            sum += c.qkNorm() == QkNorm.NONE ? 0 : 2L * c.headDim();
            if (c.crossIn(i)) {
                sum += 4 * d * d + 4 * d + (c.qkNorm() == QkNorm.NONE ? 0 : 2L * c.headDim());
            }
            if (c.relativeBias()) {
                sum += i % 2 == 0 ? (2L * c.gridHeight() - 1) * (2L * c.gridWidth() - 1) * c.heads()
                        : (2L * c.frames() - 1) * (2L * c.windowHeight() - 1) * (2L * c.windowWidth() - 1) * c.heads();
            }
        }
        return sum;
    }

    @Test
    void publishedSizesHaveThePublishedNumberOfWeights() {
        // dossier 1.13: the paper's figure where it has one, the computed one for the base model's reading and SR1
        var published = Map.of(
                WaltPresets.L, 313e6, WaltPresets.IMAGENET, 460e6, WaltPresets.XL, 460e6,
                WaltPresets.BASE, 3.08e9, WaltPresets.SR1, 1.29e9, WaltPresets.SR2, 419e6);
        published.forEach((config, figure) -> {
            assertThat(count(config)).isEqualTo(formula(config));
            assertThat((double) count(config)).isCloseTo(figure, Percentage.withPercentage(1));
        });
    }

    @Test
    void ranksOfTheAblationHaveTheirPublishedSizes() {
        var published = Map.of(4, 314e6, 16, 316e6, 64, 324e6, 256, 357e6);
        published.forEach((rank, figure) ->
                assertThat((double) count(withRank(WaltPresets.L, rank))).isCloseTo(figure, Percentage.withPercentage(1)));
        assertThat((double) count(withRank(WaltPresets.L, 0))).isCloseTo(458e6, Percentage.withPercentage(1));
        long d = WaltPresets.L.dim();
        assertThat(count(withRank(WaltPresets.L, 3)) - count(WaltPresets.L)).isEqualTo(23 * 7 * d); // 7dr a layer after the first
    }

    /** The smallest network with text. */
    static WaltConfig tiny() {
        return new WaltConfig(
                3, 3, 4, 4, 2, 16, 2, 2, 32, 2, 2, TimePosition.ROTARY, false, QkNorm.LAYER, 4, Cross.SPATIAL, 2, true, 6, 0, false, false, false);
    }

    private static WaltConfig withRank(WaltConfig c, int rank) {
        return new WaltConfig(
                c.latentChannels(), c.frames(), c.gridHeight(), c.gridWidth(), c.patch(), c.dim(), c.layers(), c.heads(), c.mlp(),
                c.windowHeight(), c.windowWidth(), c.time(), c.relativeBias(), c.qkNorm(), rank, c.cross(), c.crossEvery(),
                c.textOnlyKeys(), c.textDim(), c.classes(), c.selfConditioning(), c.frameCondition(), c.lowResolution());
    }

    @Test
    void theBundledModelIsBuiltAtItsSize() {
        WaltConfig c = WaltPresets.EMOJI_128;
        try (var network = new WaltTransformer(c, Params.initialise(1, Device.CPU))) {
            assertThat(network.params().count()).isEqualTo(formula(c)).isEqualTo(count(c)).isBetween(8_000_000L, 9_000_000L);
        }
        assertThat(WaltPresets.L.inputChannels()).isEqualTo(25); // 3c + 1
    }

    @Test
    void atTheStartEveryLayerSharesTheFirstModulation() {
        try (var network = new WaltTransformer(WaltPresets.EMOJI_128, Params.initialise(1, Device.CPU))) {
            network.params().all().forEach((name, w) -> {
                if (name.endsWith("modulation.up") || name.startsWith("final.") || name.endsWith("modulation.weight")) {
                    assertThat(w.abs().max().item()).as(name).isZero();
                }
            });
        }
    }

    @Test
    void flopsOfOneLinearTransformerAddUp() {
        // no text, no given frames, one layer: every product written out
        WaltConfig c = new WaltConfig(
                4, 2, 4, 4, 2, 8, 1, 2, 16, 2, 2, TimePosition.ROTARY, false, QkNorm.LAYER, 2, Cross.NONE, 1, false, 0, 0,
                false, false, false);
        long tokens = 3 * 2 * 16;
        long expected = 2 * tokens * (16 * 8 + 8 * 16) // patch in, patch out
                + 2 * 6 * (256 * 8 + 8 * 8 + 2 * 8 * 8 + 6 * 8 * 8) // level, modulations
                + 2 * tokens * (4 * 8 * 8 + 2 * 8 * 16) // attention's projections, MLP
                + 2 * tokens * 2 * 16 * 8; // scores and values over one frame
        assertThat(WaltFlops.forward(c, 3, 2, 8, 8, 0)).isEqualTo(expected);
        double bundled = WaltFlops.forward(WaltPresets.EMOJI_128, 1, 9, 16, 16, 16) / 1e9;
        assertThat(bundled).isCloseTo(8.5, within(1.0)); // about 24·d² multiply-adds ·2 a token and layer, plus attention
    }

    @Test
    void impossibleShapesAreNamed() {
        assertThatThrownBy(() -> new WaltConfig(
                        8, 5, 16, 16, 1, 100, 4, 16, 400, 8, 8, TimePosition.LEARNED, true, QkNorm.LAYER, 2, Cross.NONE, 1, false, 0,
                        0, true, true, false))
                .isInstanceOf(ConfigException.class).hasMessage("dim=100 is not a multiple of heads=16");
        assertThatThrownBy(() -> new WaltConfig(
                        8, 5, 16, 16, 1, 128, 4, 16, 400, 8, 6, TimePosition.LEARNED, true, QkNorm.LAYER, 2, Cross.NONE, 1, false, 0,
                        0, true, true, false))
                .isInstanceOf(ConfigException.class).hasMessageContaining("8x6").hasMessageContaining("16x16");
    }
}
