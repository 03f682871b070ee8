package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Conditioned;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.TimePosition;

/** What is kept of a prepared condition and its levels is what would be computed again, to the bit. */
@ExtendWith(LeakCheck.class)
class PreparedConditionTest {
    private static WaltConfig config(int rank, boolean textOnly) {
        return new WaltConfig(
                new WaltConfig.TokenGrid(3, 6, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, rank),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                new WaltConfig.Text(6, Cross.SPATIAL, 2, textOnly, false), 0, new WaltConfig.Inputs(false, false, false));
    }

    private static Condition text(String seed) {
        return new Condition.Text(RandomStream.of(2, seed).normal(2, 4, 6), Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, 2, 4));
    }

    private static DenoiserInput input(int block, double level, Condition text) {
        return DenoiserInput.clips(RandomStream.of(block, "block").normal(2, 3, 1, 8, 8), Levels.all(level, 2, 1), text).withFirstFrame(block);
    }

    @ParameterizedTest
    @CsvSource({"4, true", "0, true", "4, false"})
    void aStreamIsTheSameToTheBit(int rank, boolean textOnly) {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(rank, textOnly));
                var cat = network.prepare(text("cat"), 2);
                var dog = network.prepare(text("dog"), 2);
                var kept = network.openCache(2, 8, 8, 1, 3);
                var fresh = network.openCache(2, 8, 8, 1, 3)) {
            for (int block = 0; block < 6; block++) {
                Conditioned prompt = block == 3 ? dog : cat;
                Tensor known = network.predict(input(block, 1000, prompt.condition()), prompt, new AttentionPolicy.Cached(kept, false));
                network.writeCache(input(block, 0, prompt.condition()), prompt, kept);
                Tensor made = network.predict(input(block, 1000, prompt.condition()), new AttentionPolicy.Cached(fresh, false));
                network.predict(input(block, 0, prompt.condition()), new AttentionPolicy.Cached(fresh, true));
                assertThat(known.sameAs(made)).as("block " + block).isTrue();
                var state = fresh.state();
                kept.state().forEach((name, t) -> assertThat(t.sameAs(state.get(name))).as(name).isTrue());
            }
        }
    }

    /** More levels than are kept. */
    @Test
    void aLevelIsKnownByItsValue() {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(4, true));
                var cat = network.prepare(text("cat"), 2);
                var cache = network.openCache(2, 8, 8, 1, 3)) {
            var look = new AttentionPolicy.Cached(cache, false);
            Tensor first = network.predict(input(0, 1000, cat.condition()), cat, look);
            long objects = Scope.liveNativeObjects();
            assertThat(network.predict(input(0, 1000, cat.condition()), cat, look).sameAs(first)).isTrue();
            assertThat(Scope.liveNativeObjects()).as("nothing more is kept for a level that is known").isEqualTo(objects + 2); // noise, prediction
            for (int i = 0; i < 40; i++) {
                try (var scope = Scope.open("level")) {
                    network.predict(input(0, i, cat.condition()), cat, look);
                }
                if (i == 20) {
                    objects = Scope.liveNativeObjects();
                }
            }
            assertThat(Scope.liveNativeObjects()).as("the oldest levels are forgotten").isEqualTo(objects);
            assertThat(network.predict(input(0, 1000, cat.condition()), cat, look).sameAs(first)).isTrue();
        }
    }

    @Test
    void withGradientsEverythingIsComputedAgain() {
        try (var network = WaltTransformerTest.network(config(4, true));
                var other = WaltTransformerTest.network(config(4, true));
                var cat = network.prepare(text("cat"), 2);
                var cache = network.openCache(2, 8, 8, 1, 3)) {
            var look = new AttentionPolicy.Cached(cache, false);
            network.params().trainable(true);
            network.predict(input(0, 500, cat.condition()), cat, look).square().sum().backward();
            for (String name : List.of("text.project.weight", "level.0.weight", "layers.0.cross.kv.weight")) {
                assertThat(network.params().all().get(name).grad().abs().sum().item()).as(name).isPositive();
            }
            network.params().trainable(false);
            assertThatThrownBy(() -> other.predict(input(0, 500, cat.condition()), cat, look))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not prepared by this network");
            network.params().tensors().forEach(Tensor::clearGrad);
        }
    }
}
