package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.io.Json;
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
        long d = c.width().dim();
        long area = (long) c.tokens().patch() * c.tokens().patch();
        long sum = c.inputChannels() * area * d + d + d * c.tokens().latentChannels() * area + c.tokens().latentChannels() * area; // patch, out
        sum += (long) c.tokens().gridHeight() * c.tokens().gridWidth() * d;
        sum += (c.windows().time() == TimePosition.LEARNED ? c.tokens().frames() : 1) * d;
        sum += 256 * d + d + d * d + d; // level
        sum += 2 * d * d + 2 * d; // final modulation
        sum += c.classes() > 0 ? (c.classes() + 1) * d : 0;
        sum += c.text().dim() > 0 ? c.text().dim() * d + d + d + d * d + d : 0; // projection, null, pooled
        sum += c.text().norm() ? 2L * c.text().dim() : 0; // layer norm of the text
        if (c.inputs().lowResolution()) {
            sum += 4L * c.tokens().latentChannels() * (9 * c.tokens().latentChannels() + 1) + 256 * d + d + d * d + d;
        }
        for (int i = 0; i < c.width().layers(); i++) {
            sum += 4 * d * d + 4 * d + 2 * d * c.width().mlp() + c.width().mlp() + d;
            sum += i == 0 || c.width().adaLnRank() == 0 ? 6 * d * d + 6 * d : 7 * d * c.width().adaLnRank();
            sum += c.windows().qkNorm() == QkNorm.NONE ? 0 : 2L * c.width().headDim();
            if (c.crossIn(i)) {
                sum += 4 * d * d + 4 * d + (c.windows().qkNorm() == QkNorm.NONE ? 0 : 2L * c.width().headDim());
            }
            if (c.windows().relativeBias()) {
                sum += i % 2 == 0 ? (2L * c.tokens().gridHeight() - 1) * (2L * c.tokens().gridWidth() - 1) * c.width().heads()
                        : (2L * c.tokens().frames() - 1) * (2L * c.windows().height() - 1) * (2L * c.windows().width() - 1) * c.width().heads();
            }
        }
        return sum;
    }

    @Test
    void publishedSizesHaveThePublishedNumberOfWeights() {
        // the paper's figure where it has one, the computed one for the base model's reading and SR1
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
        long d = WaltPresets.L.width().dim();
        assertThat(count(withRank(WaltPresets.L, 3)) - count(WaltPresets.L)).isEqualTo(23 * 7 * d); // 7dr a layer after the first
    }

    /** The smallest network with text. */
    static WaltConfig tiny() {
        return new WaltConfig(
                new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 2, 2, 32, 4),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                new WaltConfig.Text(6, Cross.SPATIAL, 2, true, false), 0, new WaltConfig.Inputs(false, false, false));
    }

    private static WaltConfig withRank(WaltConfig c, int rank) {
        var width = new WaltConfig.Width(c.width().dim(), c.width().layers(), c.width().heads(), c.width().mlp(), rank);
        return new WaltConfig(c.tokens(), width, c.windows(), c.text(), c.classes(), c.inputs());
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
                new WaltConfig.TokenGrid(4, 2, 4, 4, 2), new WaltConfig.Width(8, 1, 2, 16, 2),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(false, false, false));
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
                new WaltConfig.TokenGrid(8, 5, 16, 16, 1), new WaltConfig.Width(100, 4, 16, 400, 2),
                new WaltConfig.Windows(8, 8, TimePosition.LEARNED, WaltConfig.SpacePosition.LEARNED, true, QkNorm.LAYER),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(true, true, false)))
                .isInstanceOf(ConfigException.class).hasMessage("dim=100 is not a multiple of heads=16");
        assertThatThrownBy(() -> new WaltConfig(
                new WaltConfig.TokenGrid(8, 5, 16, 16, 1), new WaltConfig.Width(128, 4, 16, 400, 2),
                new WaltConfig.Windows(8, 6, TimePosition.LEARNED, WaltConfig.SpacePosition.LEARNED, true, QkNorm.LAYER),
                WaltConfig.Text.NONE, 0, new WaltConfig.Inputs(true, true, false)))
                .isInstanceOf(ConfigException.class).hasMessageContaining("8x6").hasMessageContaining("16x16");
    }

    @Test
    void presetsHaveNamesThatStandForThemInFiles() {
        assertThat(WaltPresets.named("l")).isSameAs(WaltPresets.L);
        assertThat(WaltPresets.named("emoji-128")).isSameAs(WaltPresets.EMOJI_128);
        assertThat(Json.parse("\"SR1\"", "a test", WaltConfig.class)).isEqualTo(WaltPresets.SR1);
        assertThat(Json.parse(Json.line(WaltPresets.XL), "a test", WaltConfig.class)).isEqualTo(WaltPresets.XL);
        assertThatThrownBy(() -> WaltPresets.named("M")).isInstanceOf(ConfigException.class)
                .hasMessageContaining("give one of BASE, EMOJI_128, IMAGENET, L, SR1, SR2, XL");
        assertThat(WaltPresets.L.withFullAttention().windows().height()).isEqualTo(16);
    }
}
