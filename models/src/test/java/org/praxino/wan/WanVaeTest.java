package org.praxino.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.codec.VideoCodec;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class WanVaeTest {
    private static final Path GOLDEN = Path.of("..", "golden");

    private static WanVaeConfig config(int dim, int channels) {
        return new WanVaeConfig(
                dim, channels, List.of(1, 2, 4, 4), 2, List.of(false, true, true),
                Collections.nCopies(channels, 0.5), Collections.nCopies(channels, 2.0));
    }

    /** Random weights: 2-D and larger ones small, the rest around one half, so that no path is silent. */
    private static WanVae vae(int dim, int channels) {
        var vae = new WanVae(config(dim, channels), Params.initialise(11, Device.CPU));
        vae.params().all().forEach((name, w) -> {
            if (name.endsWith("bias") || name.endsWith("gamma")) {
                w.copyFrom(RandomStream.of(5, name).normal(w.shape()).mul(0.3).add(0.5));
            }
        });
        return vae;
    }

    private static Tensor video(int frames, int height, int width) {
        return RandomStream.of(2, "video").normal(1, 3, frames, height, width).tanh();
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @Test
    void thePublishedNetworkHasItsTensorsAndParameters() {
        try (var vae = new WanVae(WanVaeConfig.WAN_2_1, Params.counting())) {
            var all = vae.params().all();
            assertThat(all).hasSize(194);
            assertThat(vae.params().count()).isEqualTo(126_892_531L);
            assertThat(all.get("encoder.downsamples.3.shortcut.weight").shape()).containsExactly(192, 96, 1, 1, 1);
            assertThat(all.get("encoder.downsamples.8.time_conv.weight").shape()).containsExactly(384, 384, 3, 1, 1);
            assertThat(all.get("encoder.middle.1.to_qkv.weight").shape()).containsExactly(1152, 384, 1, 1);
            assertThat(all.get("encoder.head.2.weight").shape()).containsExactly(32, 384, 3, 3, 3);
            assertThat(all.get("decoder.upsamples.4.shortcut.weight").shape()).containsExactly(384, 192, 1, 1, 1);
            assertThat(all.get("decoder.upsamples.7.time_conv.weight").shape()).containsExactly(768, 384, 3, 1, 1);
            assertThat(all.get("decoder.upsamples.11.resample.1.weight").shape()).containsExactly(96, 192, 3, 3);
            assertThat(all.get("decoder.middle.1.norm.gamma").shape()).containsExactly(384, 1, 1);
            assertThat(all.get("decoder.head.0.gamma").shape()).containsExactly(96, 1, 1, 1);
            assertThat(vae.timeFactor()).isEqualTo(4);
            assertThat(vae.spaceFactor()).isEqualTo(8);
        }
    }

    @Test
    void bothKeyLayoutsOfTheReferencesGiveTheirNumbers() {
        try (var weights = SafetensorsFile.open(GOLDEN.resolve("wan-vae/weights.safetensors"));
                var foreign = SafetensorsFile.open(GOLDEN.resolve("wan-vae-diffusers/weights.safetensors"));
                var in = SafetensorsFile.open(GOLDEN.resolve("wan-vae/inputs.safetensors"));
                var out = SafetensorsFile.open(GOLDEN.resolve("wan-vae/outputs.safetensors"))) {
            var config = new WanVaeConfig(
                    8, 16, List.of(1, 2, 4, 4), 2, List.of(false, true, true),
                    Arrays.stream(in.read("mean").toDoubleArray()).boxed().toList(),
                    Arrays.stream(in.read("std").toDoubleArray()).boxed().toList());
            try (var vae = new WanVae(config, Params.load(weights, Device.CPU, DType.F32, "golden"))) {
                assertThat(distance(vae.encode(in.read("video")), out.read("encoded"))).isLessThan(1e-5);
                assertThat(distance(vae.decode(in.read("latent")), out.read("decoded").clamp(-1, 1))).isLessThan(1e-5);
            }
            assertThat(WanNames.vae(config).apply(foreign).names()).containsExactlyInAnyOrderElementsOf(weights.names());
            assertThat(WanNames.vae(config).inverse().apply(weights).names()).containsExactlyInAnyOrderElementsOf(foreign.names());
        }
    }

    @Test
    void aStreamGivesWhatTheWholeClipGives() {
        try (var vae = vae(4, 4);
                var encoder = vae.openEncoder();
                var decoder = vae.openDecoder()) {
            Tensor x = video(17, 16, 24);
            var latents = new ArrayList<Tensor>();
            var frames = new ArrayList<Tensor>();
            int at = 0;
            for (int n : new int[] {5, 4, 8}) {
                Tensor z = encoder.next(x.narrow(2, at, n));
                latents.add(z);
                frames.add(decoder.next(z));
                at += n;
            }
            Tensor whole = vae.encode(x);
            assertThat(whole.shape()).containsExactly(1, 4, 5, 2, 3);
            assertThat(distance(Tensor.cat(latents, 2), whole)).isLessThan(1e-6);
            Tensor decoded = vae.decode(whole);
            assertThat(decoded.shape()).containsExactly(1, 3, 17, 16, 24);
            assertThat(distance(Tensor.cat(frames, 2), decoded)).isLessThan(1e-5);
            assertThatThrownBy(() -> encoder.next(x.narrow(2, 0, 5))).isInstanceOf(ShapeException.class).hasMessageContaining("4k frames");
        }
    }

    @Test
    void laterFramesLeaveEarlierOnesBitEqual() {
        try (var vae = vae(4, 4)) {
            Tensor x = video(9, 16, 16);
            Tensor y = x.copy();
            y.narrow(2, 5, 1).fillInPlace(0.7);
            Tensor a = vae.encode(x);
            Tensor b = vae.encode(y);
            assertThat(b.narrow(2, 0, 2).sameAs(a.narrow(2, 0, 2))).isTrue();
            assertThat(b.sameAs(a)).isFalse();
            Tensor w = a.copy();
            w.narrow(2, 2, 1).fillInPlace(1.5);
            assertThat(vae.decode(w).narrow(2, 0, 5).sameAs(vae.decode(a).narrow(2, 0, 5))).isTrue();
            assertThat(vae.decode(w).sameAs(vae.decode(a))).isFalse();
            assertThat(distance(vae.encode(x.narrow(2, 0, 1)), a.narrow(2, 0, 1))).isLessThan(1e-6);
        }
    }

    /** Slots, their order and what each holds, as the reference program has them, at 1/12 of its widths. */
    @Test
    void streamsRememberInThePublishedOrder() {
        try (var vae = vae(8, 16);
                VaeFeatureCache decoder = vae.decoderCache(RandomStream.of(1, "z").normal(1, 16, 3, 2, 3));
                VaeFeatureCache encoder = vae.encoderCache(video(9, 16, 24))) {
            assertThat(decoder.size()).isEqualTo(32);
            var shapes = new ArrayList<String>();
            for (int i = 0; i < 32; i++) {
                shapes.add(Arrays.toString(decoder.get(i).shape()));
            }
            assertThat(shapes.getFirst()).isEqualTo("[1, 2, 2, 3, 16]");
            assertThat(shapes.subList(1, 12)).containsOnly("[1, 2, 2, 3, 32]");
            assertThat(shapes.get(12)).isEqualTo("[1, 2, 4, 6, 16]");
            assertThat(shapes.subList(13, 19)).containsOnly("[1, 2, 4, 6, 32]");
            assertThat(shapes.subList(19, 25)).containsOnly("[1, 2, 8, 12, 16]");
            assertThat(shapes.subList(25, 32)).containsOnly("[1, 2, 16, 24, 8]");
            assertThat(encoder.size()).isEqualTo(24);
            assertThat(encoder.get(0).shape()).containsExactly(1, 2, 16, 24, 3);
            assertThat(encoder.get(9).shape()).as("first strided in time").containsExactly(1, 1, 4, 6, 16);
            assertThat(encoder.get(14).shape()).as("second strided in time").containsExactly(1, 1, 2, 3, 32);
            assertThat(encoder.get(23).shape()).containsExactly(1, 2, 2, 3, 32);
        }
    }

    @Test
    void tilesAgreeWithTheWholeAwayFromSeams() {
        try (var vae = vae(2, 4)) {
            Tensor z = RandomStream.of(3, "z").normal(1, 4, 2, 3, 62);
            Tensor whole = vae.decode(z);
            Tensor tiled = vae.decode(z, new Tiling(36, 8));
            assertThat(tiled.shape()).containsExactly(1, 3, 5, 24, 496);
            // Tiles are columns 0..35 and 26..61 (moved back to the full length): exact where only one reaches and its edge is far.
            int exact = (26 - 0) * 8;
            int reached = (36 - VaeDecoder.REACH) * 8;
            int left = Math.min(exact, reached);
            assertThat(distance(tiled.narrow(4, 0, left), whole.narrow(4, 0, left))).isLessThan(1e-5);
            int right = (62 - 26 - VaeDecoder.REACH) * 8;
            assertThat(distance(tiled.narrow(4, 496 - right, right), whole.narrow(4, 496 - right, right))).isLessThan(1e-5);
            assertThat(distance(tiled, whole)).as("and near it elsewhere").isBetween(1e-6, 0.3);
            try (var stream = vae.openDecoder(new Tiling(36, 8))) {
                assertThat(distance(stream.next(z), tiled)).as("as a stream, where all tiles go on at once").isLessThan(1e-6);
            }
            assertThat(vae.decode(z, Tiling.USUAL).shape()).containsExactly(1, 3, 5, 24, 496);
            assertThat(vae.decode(z, new Tiling(62, 0)).sameAs(whole)).as("one tile is no tile").isTrue();
            assertThatThrownBy(() -> new Tiling(8, 5)).isInstanceOf(ConfigException.class).hasMessageContaining("at most half");
        }
    }

    @Test
    void streamsContinueFromAKeptState() {
        try (var vae = vae(2, 4)) {
            for (Tiling tiling : new Tiling[] {null, new Tiling(4, 2)}) {
                try (VideoCodec.Streaming a = vae.openDecoder(tiling);
                        VideoCodec.Streaming b = vae.openDecoder(tiling)) {
                    Tensor z = RandomStream.of(4, "z").normal(1, 4, 4, 2, 6);
                    a.next(z.narrow(2, 0, 2));
                    b.restore(a.state());
                    Tensor third = a.next(z.narrow(2, 2, 1));
                    assertThat(b.next(z.narrow(2, 2, 1)).sameAs(third)).isTrue();
                    var state = b.state();
                    Tensor fourth = a.next(z.narrow(2, 3, 1));
                    a.restore(state);
                    assertThat(a.next(z.narrow(2, 3, 1)).sameAs(fourth)).isTrue();
                }
            }
        }
    }

    @Test
    void sizesThatCannotBeCodedAreRefused() {
        try (var vae = vae(2, 4)) {
            assertThatThrownBy(() -> vae.encode(video(7, 16, 16)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("a video of 7 frames cannot be coded: the number must be 1 + 4k, such as 5");
            assertThatThrownBy(() -> vae.encode(video(5, 20, 16))).isInstanceOf(ShapeException.class).hasMessageContaining("multiples of 8");
            assertThatThrownBy(() -> vae.decode(video(1, 2, 2))).isInstanceOf(ShapeException.class).hasMessageContaining("[B, 4, T, H, W]");
            assertThatThrownBy(() -> new WanVaeConfig(3, 1, List.of(1, 1), 1, List.of(true), List.of(0.0), List.of(1.0)))
                    .isInstanceOf(ConfigException.class).hasMessage("width 3 of level 1 must be even");
        }
    }

    @Test
    void aFileOfAnotherNetworkIsListedWhole() {
        try (var weights = SafetensorsFile.open(GOLDEN.resolve("wan-vae/weights.safetensors"))) {
            assertThat(new TreeSet<>(weights.names())).hasSize(194);
            assertThatThrownBy(() -> new WanVae(config(4, 16), Params.load(weights, Device.CPU, DType.F32, "Wan2.1_VAE.pth")))
                    .hasMessageStartingWith("Wan2.1_VAE.pth does not fit the network, ")
                    .hasMessageContaining("mis-shaped decoder.conv1.weight: [32, 16, 3, 3, 3], expected [16, 16, 3, 3, 3]");
        }
    }
}
