package org.praxino.wan.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.UserException;
import org.praxino.text.T5Config;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;

@ExtendWith(LeakCheck.class)
class WanMemoryTest {
    private static final long GB = 1_000_000_000L;

    private static WanTask task(WanTask.Kind kind, int width, int height, int frames) {
        return new WanTask(kind, width, height, frames, kind == WanTask.Kind.GENERATE, DType.BF16, DType.BF16);
    }

    private static WanMemory small() {
        return WanMemory.of(WanConfig.T2V_1_3B, WanVaeConfig.WAN_2_1, T5Config.UMT5_XXL.count());
    }

    @Test
    void theCacheIsReckonedToTheByte() {
        var config = new WanConfig(4, 4, 2, 2, 36, 48, 16, 2, 2, 10, 6, 0, 0, true, 1e-6);
        var task = new WanTask(WanTask.Kind.STREAM, 64, 32, 25, false, DType.F32, DType.F32);
        try (var network = new WanTransformer(config, Params.initialise(1, Device.CPU));
                var cache = network.openCache(1, 4, 8, 0, 7)) {
            var layout = cache.layout();
            long kept = 2L * layout.layers() * layout.rows() * layout.tokens() * 7 * layout.heads() * layout.headDim() * 4;
            var memory = WanMemory.of(config, WanVaeConfig.WAN_2_1, 0);
            assertThat(memory.cacheBytes(task)).isEqualTo(kept / 2 * 3);
            assertThat(memory.weights()).isEqualTo(network.params().count());
        }
        // 30 layers x 2 x 32,760 tokens x 1536 in bf16, and the rotated keys
        assertThat(small().cacheBytes(task(WanTask.Kind.STREAM, 832, 480, 81))).isEqualTo(30L * 3 * 32_760 * 1536 * 2);
    }

    @Test
    void whatTheDecoderRemembersIsReckonedToTheByte() {
        var vae = new WanVaeConfig(8, 4, List.of(1, 2, 4, 4), 2, List.of(false, true, true), Collections.nCopies(4, 0.0), Collections.nCopies(4, 1.0));
        var task = new WanTask(WanTask.Kind.STREAM, 32, 16, 9, false, DType.F32, DType.F32);
        try (var codec = new WanVae(vae, Params.initialise(1, Device.CPU));
                var stream = codec.openDecoder();
                var scope = Scope.open("test")) {
            for (int i = 0; i < 3; i++) {
                stream.next(RandomStream.of(1, "latent" + i).normal(1, 4, 1, 2, 4));
            }
            long kept = stream.state().stream().filter(t -> t.dim() > 1).mapToLong(t -> t.numel() * 4).sum();
            var memory = WanMemory.of(new WanConfig(4, 4, 2, 2, 36, 48, 16, 2, 2, 10, 6, 0, 0, true, 1e-6), vae, 0);
            assertThat(memory.decoderMemory(task)).isEqualTo(kept);
        }
    }

    @Test
    void offloadMovesWhatItSays() {
        WanMemory memory = small();
        WanTask clip = task(WanTask.Kind.GENERATE, 832, 480, 81);
        WanTask stream = task(WanTask.Kind.STREAM, 832, 480, 81);
        for (WanTask task : List.of(clip, stream)) {
            var all = memory.need(task, Set.of());
            var text = memory.need(task, Set.of(Offload.TEXT));
            var more = memory.need(task, EnumSet.of(Offload.TEXT, Offload.VAE, Offload.BLOCKS));
            assertThat(text.device()).isLessThan(all.device());
            assertThat(text.host() - all.host()).isBetween(11 * GB, 13 * GB);
            assertThat(more.device()).isLessThan(text.device());
        }
        assertThat(memory.need(stream, Set.of()).device() - memory.need(stream, Set.of(Offload.TEXT)).device()).isEqualTo(
                memory.need(stream, Set.of(Offload.TEXT)).host() - memory.need(stream, Set.of()).host());
        // weights 2.8 GB, cache 9.1 GB, decoder and layers: a card of 24 GB streams with the text encoder on the CPU
        assertThat(memory.need(stream, Set.of(Offload.TEXT)).device()).isBetween(14 * GB, 24 * GB);
    }

    @Test
    void refusalsSayWhatWouldFit() {
        WanMemory memory = small();
        WanTask stream = task(WanTask.Kind.STREAM, 832, 480, 81);
        assertThatCode(() -> memory.check(stream, Set.of(), 80 * GB, 64 * GB, "cuda:0")).doesNotThrowAnyException();
        assertThatThrownBy(() -> memory.check(stream, Set.of(), 24 * GB, 64 * GB, "cuda:0")).isInstanceOf(UserException.class)
                .hasMessageContaining("a stream of 832x480").hasMessageContaining("on cuda:0, where 24.0 GB are free: it fits with the text encoder on the CPU (")
                .hasMessageContaining(", or as a stream of ");
        assertThatThrownBy(() -> memory.check(stream, Set.of(Offload.TEXT), 8 * GB, 64 * GB, "cuda:0"))
                .hasMessageContaining("it fits as a stream of ").hasMessageEndingWith(").");
        assertThatThrownBy(() -> memory.check(stream, Set.of(), 24 * GB, 4 * GB, "cuda:0")).hasMessageNotContaining("on the CPU");
        assertThatThrownBy(() -> memory.check(stream, Set.of(Offload.TEXT), 80 * GB, 4 * GB, "cuda:0"))
                .hasMessageContaining("of the host's memory, where 4.0 GB are free");
        assertThatThrownBy(() -> memory.check(stream, Set.of(), GB / 2, GB / 2, "cuda:0")).hasMessageContaining("nothing smaller fits either");
        WanTask clip = new WanTask(WanTask.Kind.GENERATE, 832, 480, 81, true, DType.F32, DType.BF16);
        assertThatThrownBy(() -> memory.checkOnCpu(clip, Set.of(), 16 * GB)).isInstanceOf(UserException.class)
                .hasMessageContaining("81 frames of 832x480 needs about").hasMessageContaining("it fits with 81 frames of ");
        assertThatThrownBy(() -> memory.checkOnCpu(clip, Set.of(), 6 * GB)).hasMessageContaining("the text encoder alone takes 11.9 GB");
        assertThatCode(() -> memory.checkOnCpu(clip, Set.of(), 200 * GB)).doesNotThrowAnyException();
    }

    @Test
    void tilesHelpWhereFramesAreLarge() {
        WanMemory memory = small();
        WanTask large = new WanTask(WanTask.Kind.GENERATE, 1920, 1072, 5, true, DType.F32, DType.BF16);
        long whole = memory.onCpu(large, false);
        long tiled = memory.onCpu(large, true);
        assertThat(tiled).isLessThan(whole * 3 / 4);
        assertThatThrownBy(() -> memory.checkOnCpu(large, Set.of(), (whole + tiled) / 2)).isInstanceOf(UserException.class)
                .hasMessageContaining("it fits with frames decoded in tiles (").hasMessageContaining("), or it fits with 5 frames of ");
        assertThatCode(() -> memory.checkOnCpu(large, Set.of(Offload.TILES), (whole + tiled) / 2)).doesNotThrowAnyException();
        System.setProperty(Backend.MEMORY_LIMIT, "1000");
        try {
            assertThatThrownBy(() -> memory.check(large, Set.of(), Device.CPU, new WanMemory.Need(0, 0))).isInstanceOf(UserException.class);
            assertThatCode(() -> memory.check(large, Set.of(), Device.CPU, new WanMemory.Need(whole, 0))).as("loaded already").doesNotThrowAnyException();
        } finally {
            System.clearProperty(Backend.MEMORY_LIMIT);
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> task(WanTask.Kind.GENERATE, 830, 480, 81)).isInstanceOf(UserException.class)
                .hasMessage("830x480 is not possible: width and height must be multiples of 16, such as 832x480");
        assertThatThrownBy(() -> task(WanTask.Kind.GENERATE, 832, 480, 80)).hasMessage("80 frames are not possible: the number must be 1 + 4k, such as 77 or 81");
        assertThatThrownBy(() -> task(WanTask.Kind.STREAM, 832, 480, 0)).hasMessageContaining("such as 1 or 5");
    }
}
