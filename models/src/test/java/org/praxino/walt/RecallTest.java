package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.Levels;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.TimePosition;

/** What is remembered of prompts and levels says the same as what is made anew, and no more of it is kept than was promised. */
@ExtendWith(LeakCheck.class)
class RecallTest {
    private static WaltConfig config(int rank, boolean textOnly) {
        return new WaltConfig(
                3, 6, 4, 4, 2, 16, 4, 2, 32, 2, 2, TimePosition.ROTARY, false, QkNorm.LAYER, rank, Cross.SPATIAL, 2, textOnly, 6, 0, false, false, false);
    }

    private static Condition text(String seed) {
        return new Condition.Text(RandomStream.of(2, seed).normal(2, 4, 6), Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, 2, 4));
    }

    private static Tensor level(double level) {
        return Levels.all(level, 2, 1).tensor(Device.CPU);
    }

    private static DenoiserInput input(int block, Tensor level, Condition text) {
        return DenoiserInput.clips(RandomStream.of(block, "block").normal(2, 3, 1, 8, 8), level, text).withFirstFrame(block);
    }

    private static int made(KvCache cache) {
        return cache.beside(Recall.class, Recall::new).made();
    }

    @ParameterizedTest
    @CsvSource({"4, true", "0, true", "4, false"})
    void aStreamIsTheSameToTheBit(int rank, boolean textOnly) {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(rank, textOnly));
                var recalling = network.openCache(2, 8, 8, 1, 3);
                var fresh = network.openCache(2, 8, 8, 1, 3)) {
            Condition cat = text("cat");
            Condition dog = text("dog");
            Tensor noise = level(1000);
            Tensor clean = level(0);
            for (int block = 0; block < 6; block++) {
                Condition said = block == 3 ? dog : cat;
                Tensor known = network.predict(input(block, noise, said), new AttentionPolicy.Cached(recalling, false));
                network.remember(input(block, clean, said), recalling);
                // Other tensors with the same values are not known again.
                Condition again = text(block == 3 ? "dog" : "cat");
                Tensor made = network.predict(input(block, level(1000), again), new AttentionPolicy.Cached(fresh, false));
                network.remember(input(block, level(0), again), fresh);
                assertThat(known.sameAs(made)).as("block " + block).isTrue();
                var state = fresh.state();
                recalling.state().forEach((name, t) -> assertThat(t.sameAs(state.get(name))).as(name).isTrue());
            }
            assertThat(made(recalling)).as("two prompts at two levels").isEqualTo(4);
            assertThat(made(fresh)).isEqualTo(12);
        }
    }

    @Test
    void whatWasLongUnusedIsForgotten() {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(4, true));
                var cache = network.openCache(2, 8, 8, 1, 3)) {
            var look = new AttentionPolicy.Cached(cache, false);
            Condition first = text("0");
            Tensor noise = level(1000);
            network.predict(input(0, noise, first), look);
            for (int i = 1; i < 40; i++) {
                network.predict(input(0, noise, text("" + i)), look); // the leak check counts what is left
            }
            network.predict(input(0, noise, first), look);
            assertThat(made(cache)).isEqualTo(41);
            for (int i = 0; i < 40; i++) {
                network.predict(input(0, level(i), first), look);
            }
            network.predict(input(0, noise, first), look);
            assertThat(made(cache)).isEqualTo(82);
        }
    }

    @Test
    void nothingIsRememberedWithoutATextOrWithAGradient() {
        try (var network = WaltTransformerTest.network(config(4, true));
                var cache = network.openCache(2, 8, 8, 1, 3)) {
            var look = new AttentionPolicy.Cached(cache, false);
            try (var guard = Grad.off()) {
                network.predict(input(0, level(500), new Condition.None()), look);
            }
            network.params().trainable(true);
            Tensor learns = network.predict(input(0, level(500), text("cat")), look);
            assertThat(learns.requiresGrad()).isTrue();
            assertThat(made(cache)).isZero();
        }
    }
}
