package org.praxino.walt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class WaltCodecTest {
    /** A published layout and the small one, both narrow, so that every layer kind is met. */
    static List<CodecConfig> configs() {
        return List.of(
                new CodecConfig(
                        1, List.of(8, 8, 32), List.of(true, true), List.of(3, 3, 3), 3, 1, 1, 1, 4, false,
                        CodecConfig.Norm.GROUP, true, CodecConfig.Padding.ZERO, false),
                new CodecConfig(
                        2, List.of(8, 16, 32), List.of(true, true), List.of(1, 3, 3), 1, 1, 1, 1, 4, true,
                        CodecConfig.Norm.LAYER, false, CodecConfig.Padding.FIRST_FRAME, true),
                new CodecConfig(
                        2, List.of(8, 16, 16), List.of(false, true), List.of(1, 1, 3), 3, 1, 1, 0, 4, false,
                        CodecConfig.Norm.LAYER, true, CodecConfig.Padding.FIRST_FRAME, true));
    }

    /** Random weights everywhere, the zero-initialised ones too, so that no path is silent. */
    private static WaltCodec codec(CodecConfig config) {
        var codec = new WaltCodec(config, Params.initialise(11, Device.CPU));
        codec.params().all().forEach((name, w) -> {
            if (!name.startsWith("latent.")) {
                w.copyFrom(RandomStream.of(5, name).normal(w.shape()).mul(w.dim() > 1 ? 0.15 : 0.3).add(w.dim() > 1 ? 0 : 0.5));
            }
        });
        return codec;
    }

    private static Tensor video(int frames) {
        return RandomStream.of(2, "video").normal(1, 3, frames, 16, 16);
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @ParameterizedTest
    @MethodSource("configs")
    void lengthsFollowOnePlusFourK(CodecConfig config) {
        try (var codec = codec(config)) {
            int f = config.timeFactor();
            for (int k : new int[] {0, 1, 4}) {
                Tensor z = codec.encode(video(1 + f * k));
                assertThat(z.shape())
                        .containsExactly(1, config.latentChannels(), 1 + k, 16 / config.spaceFactor(), 16 / config.spaceFactor());
                assertThat(codec.decode(z).shape()).containsExactly(1, 3, 1 + f * k, 16, 16);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void laterFramesLeaveEarlierLatentsAndFramesBitEqual(CodecConfig config) {
        try (var codec = codec(config)) {
            int f = config.timeFactor();
            Tensor x = video(1 + 3 * f);
            for (int changed = 1; changed < x.size(2); changed++) {
                Tensor y = x.copy();
                y.narrow(2, changed, 1).fillInPlace(0.7);
                int intact = (changed - 1) / f + 1; // latents 0 .. intact-1 end before the changed frame
                assertThat(codec.encode(y).narrow(2, 0, intact).sameAs(codec.encode(x).narrow(2, 0, intact)))
                        .isTrue();
                assertThat(codec.encode(y).sameAs(codec.encode(x))).isFalse();
            }
            Tensor z = RandomStream.of(3, "z").normal(1, config.latentChannels(), 4, 2, 2);
            Tensor w = z.copy();
            w.narrow(2, 2, 1).fillInPlace(1.5);
            int intact = config.frames(2);
            assertThat(codec.decode(w).narrow(2, 0, intact).sameAs(codec.decode(z).narrow(2, 0, intact))).isTrue();
            assertThat(codec.decode(w).sameAs(codec.decode(z))).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void aStreamGivesWhatTheWholeClipGives(CodecConfig config) {
        try (var codec = codec(config);
                var encoder = codec.openEncoder();
                var decoder = codec.openDecoder()) {
            int f = config.timeFactor();
            Tensor x = video(1 + 5 * f);
            var latents = new ArrayList<Tensor>();
            var frames = new ArrayList<Tensor>();
            int at = 0;
            for (int n : new int[] {1, 2 * f, f, 2 * f}) {
                Tensor z = encoder.next(x.narrow(2, at, n));
                latents.add(z);
                frames.add(decoder.next(z));
                at += n;
            }
            Tensor whole = codec.encode(x);
            assertThat(distance(Tensor.cat(latents, 2), whole)).isLessThan(1e-5);
            assertThat(distance(Tensor.cat(frames, 2), codec.decode(whole))).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void aStreamGoesBackToAStateAndOnFromItElsewhereToTheBit(CodecConfig config) {
        try (var codec = codec(config);
                var decoder = codec.openDecoder();
                var other = codec.openDecoder()) {
            Tensor z = codec.encode(video(1 + 5 * config.timeFactor()));
            var start = decoder.state();
            Tensor first = decoder.next(z.narrow(2, 0, 1));
            decoder.next(z.narrow(2, 1, 1));
            var middle = decoder.state();
            Tensor third = decoder.next(z.narrow(2, 2, 1));
            Tensor fourth = decoder.next(z.narrow(2, 3, 1));
            other.restore(middle);
            var again = other.state(); // before any layer has asked for its part
            assertThat(other.next(z.narrow(2, 2, 1)).sameAs(third)).isTrue();
            assertThat(other.next(z.narrow(2, 3, 1)).sameAs(fourth)).isTrue();
            decoder.restore(again);
            assertThat(decoder.next(z.narrow(2, 2, 1)).sameAs(third)).isTrue();
            decoder.restore(start);
            assertThat(decoder.next(z.narrow(2, 0, 1)).sameAs(first)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("configs")
    void anImageIsTheFirstLatentOfAnyClipThatBeginsWithIt(CodecConfig config) {
        try (var codec = codec(config)) {
            Tensor x = video(1 + 2 * config.timeFactor());
            assertThat(distance(codec.encode(x.narrow(2, 0, 1)), codec.encode(x).narrow(2, 0, 1))).isLessThan(1e-5);
        }
    }

    @Test
    void statisticsNormaliseEachChannelAndAreUndoneByDecode() {
        try (var codec = codec(configs().getLast())) {
            Tensor x = video(9);
            Tensor before = codec.decodeRaw(codec.encodeRaw(x));
            codec.measureStatistics(List.of(codec.encodeRaw(x)));
            Tensor z = codec.encode(x);
            for (int c = 0; c < 4; c++) {
                assertThat(z.select(1, c).mean().item()).isBetween(-1e-4, 1e-4);
                assertThat(z.select(1, c).square().mean().item()).isBetween(0.999, 1.001);
            }
            assertThat(distance(codec.decode(z), before.clamp(-1, 1))).isLessThan(1e-5);
        }
    }

    @Test
    void everyWeightLearns() {
        for (CodecConfig config : configs()) {
            try (var codec = codec(config)) {
                codec.params().trainable(true);
                var p = codec.posterior(video(1 + config.timeFactor()));
                Tensor loss = codec.decodeRaw(p.mean()).square().mean();
                (p.logVariance() == null ? loss : loss.add(p.logVariance().square().mean())).backward();
                codec.params().all().forEach((name, w) -> {
                    if (!name.startsWith("latent.")) {
                        assertThat(w.hasGrad()).as(name).isTrue();
                        assertThat(w.grad().abs().sum().item()).as(name).isPositive();
                    }
                });
                org.praxino.tensor.Gradients.clear(codec.params().tensors());
            }
        }
    }

    @Test
    void publishedSizeHasTheParametersOfTheDossier() {
        // Dossier 1.2: about 145 M in the encoder and 226 M in the decoder at eight latent channels.
        try (var codec = new WaltCodec(CodecConfig.published(8), Params.counting())) {
            long encoder = count(codec, "encoder.");
            long decoder = count(codec, "decoder.");
            assertThat(encoder / 145e6).isBetween(0.99, 1.01);
            assertThat(decoder / 226e6).isBetween(0.99, 1.01);
        }
    }

    private static long count(WaltCodec codec, String prefix) {
        return codec.params().all().entrySet().stream()
                .filter(e -> e.getKey().startsWith(prefix))
                .mapToLong(e -> e.getValue().numel())
                .sum();
    }

    @Test
    void wrongFrameCountsNameTheNearestLegalOnes() {
        try (var codec = codec(configs().getFirst())) {
            assertThatThrownBy(() -> codec.encode(video(7)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessage("frames=7 is not 1 + 4k: the nearest are 5 and 9");
            assertThatThrownBy(() -> codec.encode(RandomStream.of(1, "x").normal(1, 3, 5, 15, 16)))
                    .isInstanceOf(ShapeException.class)
                    .hasMessageContaining("multiples of 4");
        }
    }
}
