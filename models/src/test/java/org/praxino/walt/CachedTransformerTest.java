package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.condition.SampleKind;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.KvCache;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.TimePosition;

/** Streams equal whole clips; the sink stays; frames outside of the window are evicted. */
@ExtendWith(LeakCheck.class)
class CachedTransformerTest {
    private static final int FRAMES = 6;

    private static WaltConfig config(int layers, boolean relative) {
        return new WaltConfig(
                new WaltConfig.TokenGrid(3, FRAMES, 4, 4, 2), new WaltConfig.Width(16, layers, 2, 32, 4),
                new WaltConfig.Windows(2, 2, TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, relative, QkNorm.LAYER),
                new WaltConfig.Text(6, Cross.SPATIAL, 2, true, false), 0, new WaltConfig.Inputs(false, false, false));
    }

    private static Tensor latents(int frames) {
        return RandomStream.of(2, "clip").normal(2, 3, frames, 8, 8);
    }

    private static Condition text() {
        return new Condition.Text(
                RandomStream.of(2, "text").normal(2, 4, 6), Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, 2, 4));
    }

    private static DenoiserInput input(Tensor clip, double level) {
        int t = (int) clip.size(2);
        return DenoiserInput.clips(clip, Levels.all(level, 2, t), text());
    }

    /** One block that continues from the cache. */
    private static Tensor block(WaltTransformer network, KvCache cache, Tensor clip, int from, int count, double level, boolean write) {
        return network.predict(
                input(clip.narrow(2, from, count), level).withFirstFrame(cache.next()), new AttentionPolicy.Cached(cache, write));
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true"})
    void blockByBlockEqualsTheWholeClip(int frames, boolean relative) {
        try (var network = WaltTransformerTest.network(config(4, relative));
                var cache = network.openCache(2, 8, 8, 1, FRAMES)) {
            Tensor clip = latents(FRAMES);
            Tensor whole = network.predict(input(clip, 300), new AttentionPolicy.BlockCausal(frames));
            var blocks = new ArrayList<Tensor>();
            for (int f = 0; f < FRAMES; f += frames) {
                Tensor looked = block(network, cache, clip, f, frames, 300, false);
                assertThat(cache.next()).as("looking writes nothing").isEqualTo(f);
                blocks.add(block(network, cache, clip, f, frames, 300, true));
                assertThat(looked.sameAs(blocks.getLast())).isTrue();
            }
            assertThat(cache.next()).isEqualTo(FRAMES);
            assertThat(distance(Tensor.cat(blocks, 2), whole)).isLessThan(1e-5);
            Tensor full = network.predict(input(clip, 300), AttentionPolicy.FULL);
            assertThat(distance(full, whole)).as("a bidirectional pass is another thing").isGreaterThan(1e-3);
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2"})
    void noisyFramesSeeTheCleanPastAsInAStream(int frames) {
        try (var network = WaltTransformerTest.network(config(4, false));
                var cache = network.openCache(2, 8, 8, 0, FRAMES)) {
            Tensor clean = latents(4);
            Tensor noisy = RandomStream.of(3, "noisy").normal(2, 3, 4, 8, 8);
            Levels levels = Levels.all(0, 2, 4).then(Levels.all(700, 2, 4));
            var both = DenoiserInput.clips(Tensor.cat(2, clean, noisy), levels, text());
            Tensor forced = network.predict(both, new AttentionPolicy.TeacherForced(frames)).narrow(2, 4, 4);
            var blocks = new ArrayList<Tensor>();
            for (int f = 0; f < 4; f += frames) {
                blocks.add(block(network, cache, noisy, f, frames, 700, false));
                block(network, cache, clean, f, frames, 0, true);
            }
            assertThat(distance(Tensor.cat(blocks, 2), forced)).isLessThan(1e-5);
            assertThatThrownBy(() -> network.predict(input(latents(3), 0), new AttentionPolicy.TeacherForced(1)))
                    .isInstanceOf(UserException.class).hasMessageContaining("must be even");
        }
    }

    /** With gradients the block is put beside a copy of what is held, without them behind it in the cache's own memory. */
    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void withAndWithoutGradientsAndInAnyOrderABlockSeesTheSame(boolean firstRecords, boolean thenRecords) {
        try (var network = WaltTransformerTest.network(config(4, false));
                var cache = network.openCache(2, 8, 8, 1, 3)) {
            Tensor clip = latents(FRAMES);
            Tensor whole = network.predict(input(clip, 300), new AttentionPolicy.BlockCausal(1));
            for (int f = 0; f < 5; f++) { // nothing has been forgotten yet
                Tensor looked;
                try (var mode = firstRecords ? Grad.on() : Grad.off()) {
                    looked = block(network, cache, clip, f, 1, 300, false);
                }
                try (var mode = thenRecords ? Grad.on() : Grad.off()) {
                    assertThat(distance(block(network, cache, clip, f, 1, 300, true), looked)).isLessThan(1e-6);
                }
                assertThat(distance(looked, whole.narrow(2, f, 1))).as("frame " + f).isLessThan(1e-5);
            }
            try (var other = cache.copy();
                    var off = Grad.off()) {
                Tensor next = block(network, cache, clip, 5, 1, 300, false);
                assertThat(block(network, other, clip, 5, 1, 300, false).sameAs(next)).isTrue();
            }
        }
    }

    @Test
    void writingACacheIsPredictingWithoutTheRest() {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(4, false));
                var written = network.openCache(2, 8, 8, 1, 2);
                var remembered = network.openCache(2, 8, 8, 1, 2);
                var prepared = network.prepare(text(), 2)) {
            Tensor clip = latents(5);
            for (int f = 0; f < 5; f++) {
                block(network, written, clip, f, 1, 0, true);
                network.writeCache(input(clip.narrow(2, f, 1), 0).withFirstFrame(f), prepared, remembered);
            }
            var state = remembered.state();
            written.state().forEach((name, t) -> assertThat(state.get(name).sameAs(t)).as(name).isTrue());
        }
    }

    @Test
    void frozenWeightsSayTheSame() {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(4, false));
                var frozen = new WaltTransformer(config(4, false), Params.load(
                        new TensorMap(network.params().all()), Device.CPU, DType.F32, "the same weights").frozen());
                var cache = network.openCache(2, 8, 8, 1, 2);
                var other = frozen.openCache(2, 8, 8, 1, 2)) {
            Tensor clip = latents(4);
            for (int f = 0; f < 4; f++) {
                assertThat(distance(block(frozen, other, clip, f, 1, 0, true), block(network, cache, clip, f, 1, 0, true))).isLessThan(1e-5);
            }
        }
    }

    /** With one layer over time keys depend on their own frame alone, so a stream can be compared with a clip of what it still holds. */
    @Test
    void sinkAndWindowAreVisibleAtPositionsOfTheCache() {
        try (var network = WaltTransformerTest.network(config(2, true));
                var cache = network.openCache(2, 8, 8, 1, 2)) {
            Tensor clip = latents(20);
            Tensor last = null;
            for (int f = 0; f < 20; f++) {
                last = block(network, cache, clip, f, 1, 300, true);
            }
            assertThat(cache.frames()).containsExactlyInAnyOrder(0, 18, 19);
            assertThat(cache.positions()).hasSize(3).contains(0, 1, 2);
            Tensor held = Tensor.cat(2, clip.narrow(2, 0, 1), clip.narrow(2, 17, 3));
            Tensor whole = network.predict(input(held, 300), new AttentionPolicy.BlockCausal(1));
            assertThat(distance(last, whole.narrow(2, 3, 1))).isLessThan(1e-5);
        }
    }

    @Test
    void aLaterBlockNeverChangesAnEarlierOne() {
        try (var network = WaltTransformerTest.network(config(4, false))) {
            Tensor clip = latents(5);
            Tensor other = Tensor.cat(2, clip.narrow(2, 0, 3), RandomStream.of(9, "other").normal(2, 3, 2, 8, 8));
            Tensor a = network.predict(input(clip, 300), new AttentionPolicy.BlockCausal(1)).narrow(2, 0, 3).contiguous();
            Tensor b = network.predict(input(other, 300), new AttentionPolicy.BlockCausal(1)).narrow(2, 0, 3).contiguous();
            assertThat(a.sameAs(b)).isTrue();
        }
    }

    @Test
    void copiesAndSavedStatesContinueBitEqual() {
        try (var network = WaltTransformerTest.network(config(4, false));
                var cache = network.openCache(2, 8, 8, 1, 2)) {
            Tensor clip = latents(8);
            for (int f = 0; f < 5; f++) {
                block(network, cache, clip, f, 1, 0, true);
            }
            try (var fork = cache.copy();
                    var saved = network.openCache(2, 8, 8, 1, 2);
                    var small = network.openCache(2, 8, 8, 1, 1)) {
                saved.restore(cache.state());
                Tensor next = block(network, cache, clip, 5, 1, 500, true);
                assertThat(block(network, fork, clip, 5, 1, 500, true).sameAs(next)).isTrue();
                assertThat(block(network, saved, clip, 5, 1, 500, true).sameAs(next)).isTrue();
                block(network, fork, clip, 7, 1, 0, true);
                Tensor after = block(network, cache, clip, 6, 1, 500, false);
                assertThat(block(network, saved, clip, 6, 1, 500, false).sameAs(after)).isTrue();
                assertThatThrownBy(() -> small.restore(cache.state()))
                        .isInstanceOf(UserException.class).hasMessageContaining("does not fit");
            }
        }
    }

    @Test
    void aFilledCacheCanBeFilledAgainWithTheSameFrames() {
        try (var network = WaltTransformerTest.network(config(2, false));
                var cache = network.openCache(2, 8, 8, 1, 2)) {
            Tensor clip = latents(9);
            for (int f = 0; f < 8; f++) {
                block(network, cache, clip, f, 1, 0, true);
            }
            Tensor before = block(network, cache, clip, 8, 1, 500, false);
            cache.clear(0);
            assertThat(cache.held()).isZero();
            block(network, cache, clip, 0, 1, 0, true);
            cache.skipTo(6);
            block(network, cache, clip, 6, 1, 0, true);
            block(network, cache, clip, 7, 1, 0, true);
            assertThat(distance(block(network, cache, clip, 8, 1, 500, false), before)).isLessThan(1e-5);
            assertThatThrownBy(() -> cache.skipTo(7)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void tenThousandBlocksTakeNoMoreMemoryThanTen() {
        try (var guard = Grad.off();
                var network = WaltTransformerTest.network(config(2, false));
                var cache = network.openCache(2, 8, 8, 1, 2)) {
            Tensor clip = latents(3);
            long after10 = 0;
            for (int f = 0; f < 10_000; f++) {
                try (var scope = Scope.open("block")) {
                    Tensor out = block(network, cache, clip, f % 3, 1, 0, true);
                    if (f == 9_999) {
                        assertThat(out.isFinite().to(DType.F32).min().item()).isEqualTo(1);
                    }
                }
                if (f == 10) {
                    after10 = Scope.liveNativeObjects();
                }
            }
            assertThat(Scope.liveNativeObjects()).isEqualTo(after10);
            assertThat(cache.next()).isEqualTo(10_000);
        }
    }

    @Test
    void gradientsReachTheBlockAndNotThePast() {
        try (var network = WaltTransformerTest.network(config(4, false));
                var cache = network.openCache(2, 8, 8, 1, 2)) {
            Tensor past = latents(1).requiresGrad(true);
            Tensor now = RandomStream.of(4, "now").normal(2, 3, 1, 8, 8).requiresGrad(true);
            block(network, cache, past, 0, 1, 0, true);
            block(network, cache, now, 0, 1, 500, false).square().sum().backward();
            assertThat(now.grad().abs().sum().item()).isPositive();
            assertThat(past.hasGrad()).isFalse();
        }
    }

    @Test
    void whatCannotStreamSaysSo() {
        var learned = new WaltConfig(
                new WaltConfig.TokenGrid(3, 3, 4, 4, 2), new WaltConfig.Width(16, 2, 2, 32, 4),
                new WaltConfig.Windows(2, 2, TimePosition.LEARNED, WaltConfig.SpacePosition.LEARNED, false, QkNorm.LAYER),
                new WaltConfig.Text(6, Cross.SPATIAL, 2, true, false), 0, new WaltConfig.Inputs(false, false, false));
        try (var network = WaltTransformerTest.network(learned)) {
            assertThatThrownBy(() -> network.openCache(1, 8, 8, 0, 2))
                    .isInstanceOf(UserException.class).hasMessageContaining("only models with rotary time can stream");
        }
        try (var network = WaltTransformerTest.network(config(2, true));
                var cache = network.openCache(2, 8, 8, 1, 9)) {
            Tensor clip = latents(FRAMES + 1);
            List<Tensor> fine = new ArrayList<>();
            for (int f = 0; f < FRAMES; f++) {
                fine.add(block(network, cache, clip, f, 1, 0, true));
            }
            assertThatThrownBy(() -> block(network, cache, clip, FRAMES, 1, 0, true))
                    .isInstanceOf(UserException.class).hasMessageContaining("relative bias knows");
            assertThatThrownBy(() -> network.predict(input(clip.narrow(2, 0, 1), 0), new AttentionPolicy.Cached(cache, false)))
                    .isInstanceOf(UserException.class).hasMessageContaining("continues at latent frame 6");
            var images = input(clip.narrow(2, 0, 1), 0).withFirstFrame(6).withKinds(SampleKind.all(SampleKind.IMAGES, 2));
            assertThatThrownBy(() -> network.predict(images, new AttentionPolicy.Cached(cache, false)))
                    .isInstanceOf(UserException.class).hasMessageContaining("images have no earlier frames");
        }
    }
}
