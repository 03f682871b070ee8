package org.praxino.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.KvCache;
import org.praxino.io.Json;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.HubConfig;
import tools.jackson.databind.JsonNode;

@ExtendWith(LeakCheck.class)
class WanTransformerTest {
    private static final Path GOLDEN = Path.of("..", "golden");
    private static final WanConfig TINY = new WanConfig(4, 4, 2, 2, 36, 48, 16, 2, 2, 10, 6, 0, 0, true, 1e-6);

    private static WanTransformer open(WanConfig config) {
        var network = new WanTransformer(config, Params.initialise(3, Device.CPU));
        network.params().all().forEach((name, w) -> {
            boolean scale = name.contains("norm") && name.endsWith("weight");
            w.copyFrom(RandomStream.of(5, name).normal(w.shape()).mul(w.dim() > 1 ? 0.25 : 0.1).add(scale ? 1 : 0));
        });
        return network;
    }

    private static Tensor noise(String name, int frames) {
        return RandomStream.of(7, name).normal(1, 4, frames, 4, 6);
    }

    private static Condition.Text conditionOf(String what) {
        return new Condition.Text(RandomStream.of(1, what).normal(1, 4, 10), Tensor.of(new float[] {1, 1, 1, 0}, 1, 4));
    }

    private static DenoiserInput input(Tensor x, double level, Condition condition) {
        return DenoiserInput.clips(x, Levels.all(level, (int) x.size(0), (int) x.size(2)), condition);
    }

    /** @param timestep [B] */
    private static Levels levels(Tensor timestep, int frames) {
        double[] each = timestep.to(DType.F64).toDoubleArray();
        return Levels.of(java.util.Arrays.stream(each).mapToObj(t -> java.util.stream.DoubleStream.generate(() -> t).limit(frames).toArray())
                .toArray(double[][]::new));
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @Test
    void thePublishedSizesHaveTheirTensorsAndParameters() {
        try (var small = new WanTransformer(WanConfig.T2V_1_3B, Params.counting())) {
            var all = small.params().all();
            assertThat(all).hasSize(825);
            assertThat(small.params().count()).isEqualTo(1_418_996_800L);
            assertThat(all.keySet().stream().filter(n -> n.startsWith("blocks.29."))).hasSize(27);
            assertThat(all.entrySet().stream().filter(e -> e.getKey().startsWith("blocks.7.")).mapToLong(e -> e.getValue().numel()).sum())
                    .isEqualTo(46_440_704);
            assertThat(all.get("patch_embedding.weight").shape()).containsExactly(1536, 16, 1, 2, 2);
            assertThat(all.get("text_embedding.0.weight").shape()).containsExactly(1536, 4096);
            assertThat(all.get("time_embedding.0.weight").shape()).containsExactly(1536, 256);
            assertThat(all.get("time_projection.1.weight").shape()).containsExactly(9216, 1536);
            assertThat(all.get("blocks.0.modulation").shape()).containsExactly(1, 6, 1536);
            assertThat(all.get("blocks.0.ffn.2.weight").shape()).containsExactly(1536, 8960);
            assertThat(all.get("head.modulation").shape()).containsExactly(1, 2, 1536);
            assertThat(all.get("head.head.weight").shape()).containsExactly(64, 1536);
        }
        try (var large = new WanTransformer(WanConfig.T2V_14B, Params.counting());
                var image = new WanTransformer(WanConfig.I2V_14B, Params.counting());
                var both = new WanTransformer(WanConfig.FLF2V_14B, Params.counting())) {
            assertThat(large.params().all()).hasSize(27 * 40 + 15);
            assertThat(image.params().all()).hasSize(32 * 40 + 15 + 8);
            assertThat(image.params().all().get("blocks.3.cross_attn.norm_k_img.weight").shape()).containsExactly(5120);
            assertThat(image.params().all().get("img_emb.proj.3.weight").shape()).containsExactly(5120, 1280);
            assertThat(both.params().all().get("img_emb.emb_pos").shape()).containsExactly(1, 514, 1280);
        }
    }

    @Test
    void namesAreDiffusersToo() {
        try (var own = SafetensorsFile.open(GOLDEN.resolve("wan-transformer/weights.safetensors"));
                var foreign = SafetensorsFile.open(GOLDEN.resolve("wan-transformer-diffusers/weights.safetensors"));
                var image = new WanTransformer(WanConfig.FLF2V_14B, Params.counting())) {
            assertThat(WanNames.TRANSFORMER.apply(foreign).names()).containsExactlyInAnyOrderElementsOf(own.names());
            assertThat(WanNames.TRANSFORMER.inverse().apply(own).names()).containsExactlyInAnyOrderElementsOf(foreign.names());
            for (String name : image.params().all().keySet()) {
                String there = WanNames.TRANSFORMER.inverse().apply(name);
                assertThat(WanNames.TRANSFORMER.apply(there)).isEqualTo(name);
                assertThat(there).as("%s has a name of its own", name).doesNotContain("img_emb", "cross_attn", "self_attn", "_img");
            }
        }
    }

    @Test
    void theReferencesVelocityIsOurs() {
        Path folder = GOLDEN.resolve("wan-transformer");
        JsonNode config = Json.read(folder.resolve("case.json"), JsonNode.class).path("config");
        try (var weights = SafetensorsFile.open(folder.resolve("weights.safetensors"));
                var in = SafetensorsFile.open(folder.resolve("inputs.safetensors"));
                var out = SafetensorsFile.open(folder.resolve("outputs.safetensors"));
                var network = new WanTransformer(
                        WanConfig.of(new HubConfig(config, "case.json")), Params.load(weights, Device.CPU, DType.F32, "golden"))) {
            Tensor text = in.read("text");
            Tensor latent = in.read("latent");
            var condition = new Condition.Text(text, Tensor.ones(DType.F32, Device.CPU, text.size(0), text.size(1)));
            Levels level = levels(in.read("timestep"), (int) latent.size(2));
            assertThat(distance(network.predict(DenoiserInput.clips(latent, level, condition), AttentionPolicy.FULL), out.read("velocity")))
                    .isLessThan(1e-5);
        }
    }

    /** Blocks one after another through the cache are the block-causal forward at once. */
    @Test
    void aCacheGivesWhatTheBlockCausalForwardGives() {
        try (var network = open(TINY);
                KvCache cache = network.openCache(1, 4, 6, 0, 9)) {
            Tensor x = noise("x", 6);
            Tensor whole = network.predict(input(x, 300, conditionOf("cat")), new AttentionPolicy.BlockCausal(2));
            var parts = new ArrayList<Tensor>();
            for (int b = 0; b < 3; b++) {
                var call = input(x.narrow(2, 2L * b, 2), 300, conditionOf("cat")).withFirstFrame(cache.next());
                Tensor once = network.predict(call, new AttentionPolicy.Cached(cache, false));
                parts.add(network.predict(call, new AttentionPolicy.Cached(cache, true)));
                assertThat(once.sameAs(parts.getLast())).as("writing changes nothing in the call itself").isTrue();
            }
            assertThat(distance(Tensor.cat(parts, 2), whole)).isLessThan(1e-5);
            assertThat(distance(network.predict(input(x, 300, conditionOf("cat")), AttentionPolicy.FULL), whole)).isGreaterThan(1e-3);
        }
    }

    @Test
    void laterBlocksLeaveEarlierOnesBitEqual() {
        try (var network = open(TINY)) {
            Tensor x = noise("x", 6);
            Tensor y = x.copy();
            y.narrow(2, 4, 1).fillInPlace(1);
            var policy = new AttentionPolicy.BlockCausal(2);
            Tensor a = network.predict(input(x, 300, conditionOf("cat")), policy);
            Tensor b = network.predict(input(y, 300, conditionOf("cat")), policy);
            assertThat(b.narrow(2, 0, 4).sameAs(a.narrow(2, 0, 4))).isTrue();
            assertThat(distance(b.narrow(2, 5, 1), a.narrow(2, 5, 1))).as("within the block all see all").isGreaterThan(1e-4);
        }
    }

    /** The noisy half under teacher forcing is each block, noisy, behind the clean blocks before it. */
    @Test
    void teacherForcingIsTheCacheOverTheCleanPast() {
        try (var network = open(TINY);
                KvCache cache = network.openCache(1, 4, 6, 0, 9)) {
            Tensor clean = noise("clean", 4);
            Tensor noisy = noise("noisy", 4);
            Levels levels = Levels.all(0, 1, 4).then(Levels.all(700, 1, 4));
            Tensor forced = network.predict(
                    DenoiserInput.clips(Tensor.cat(2, clean, noisy), levels, conditionOf("cat")), new AttentionPolicy.TeacherForced(2)).narrow(2, 4, 4);
            for (int b = 0; b < 2; b++) {
                Tensor out = network.predict(
                        input(noisy.narrow(2, 2L * b, 2), 700, conditionOf("cat")).withFirstFrame(cache.next()), new AttentionPolicy.Cached(cache, false));
                assertThat(distance(out, forced.narrow(2, 2L * b, 2))).isLessThan(1e-5);
                network.predict(
                        input(clean.narrow(2, 2L * b, 2), 0, conditionOf("cat")).withFirstFrame(cache.next()), new AttentionPolicy.Cached(cache, true));
            }
            assertThatThrownBy(() -> network.predict(input(noise("x", 3), 1, conditionOf("cat")), new AttentionPolicy.TeacherForced(1)))
                    .isInstanceOf(UserException.class).hasMessageContaining("must be even");
        }
    }

    /** Without a sink the two ways of counting differ by a shift, which rotary positions do not see; with one they differ. */
    @Test
    void placesAreCountedAmongThoseHeldOrFromTheStart() {
        try (var network = open(TINY)) {
            assertThat(distance(roll(network, KvCache.Positions.HELD, 0, 2, 5, 0), roll(network, KvCache.Positions.STREAM, 0, 2, 5, 0))).isLessThan(1e-5);
            assertThat(distance(roll(network, KvCache.Positions.HELD, 1, 2, 5, 0), roll(network, KvCache.Positions.STREAM, 1, 2, 5, 0))).isGreaterThan(1e-4);
            Tensor far = roll(network, KvCache.Positions.HELD, 1, 2, 5, 5000);
            assertThat(distance(far, roll(network, KvCache.Positions.HELD, 1, 2, 5, 0))).as("frame 5000 is like any other").isZero();
        }
    }

    /** The last of {@code blocks} blocks of one frame. */
    private static Tensor roll(WanTransformer network, KvCache.Positions positions, int sink, int window, int blocks, int first) {
        try (var off = Grad.off();
                KvCache cache = network.openCache(1, 4, 6, sink, window).numbered(positions);
                var cat = network.prepare(conditionOf("cat"), 1)) {
            cache.clear(first);
            Tensor out = null;
            for (int b = 0; b < blocks; b++) {
                out = network.predict(
                        input(noise("block " + b, 1), 100, cat.condition()).withFirstFrame(cache.next()), cat, new AttentionPolicy.Cached(cache, true));
            }
            return out;
        }
    }

    @Test
    void aPreparedPromptGivesTheSameToTheBit() {
        try (var off = Grad.off();
                var network = open(TINY);
                var other = open(TINY);
                var cat = network.prepare(conditionOf("cat"), 1);
                var dog = network.prepare(conditionOf("dog"), 1)) {
            Tensor x = noise("x", 2);
            for (var prepared : List.of(cat, dog, cat)) {
                Tensor fresh = network.predict(input(x, 500, prepared.condition()), AttentionPolicy.FULL);
                assertThat(network.predict(input(x, 500, new Condition.None()), prepared, AttentionPolicy.FULL).sameAs(fresh)).isTrue();
            }
            assertThatThrownBy(() -> other.predict(input(x, 500, new Condition.None()), cat, AttentionPolicy.FULL))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("not prepared by this network");
        }
    }

    @Test
    void withGradientsAPreparedPromptIsComputedAgain() {
        try (var network = open(TINY);
                var cat = network.prepare(conditionOf("cat"), 1)) {
            network.params().trainable(true);
            network.predict(input(noise("x", 2), 500, cat.condition()), cat, AttentionPolicy.FULL).square().mean().backward();
            assertThat(network.params().all().get("text_embedding.0.weight").grad().abs().max().item()).isPositive();
        }
    }

    @Test
    void eachFrameHasItsLevelAndEachElementItsText() {
        try (var network = open(TINY)) {
            Tensor x = Tensor.cat(0, noise("a", 2), noise("b", 2));
            Levels level = Levels.of(new double[][] {{900, 900}, {20, 400}});
            Condition both = Condition.concat(conditionOf("cat"), conditionOf("dog"));
            Tensor batch = network.predict(DenoiserInput.clips(x, level, both), AttentionPolicy.FULL);
            Tensor second = network.predict(
                    DenoiserInput.clips(x.narrow(0, 1, 1), level.rows(1, 1), conditionOf("dog")), AttentionPolicy.FULL);
            assertThat(distance(batch.narrow(0, 1, 1), second)).isLessThan(1e-5);
            Tensor padded = network.predict(
                    DenoiserInput.clips(x.narrow(0, 0, 1), level.rows(0, 1), new Condition.None()), AttentionPolicy.FULL);
            assertThat(distance(padded, batch.narrow(0, 0, 1))).isGreaterThan(1e-4);
        }
    }

    @Test
    void everyWeightLearns() {
        try (var network = open(TINY)) {
            network.params().trainable(true);
            network.predict(input(noise("x", 4), 500, conditionOf("cat")), new AttentionPolicy.BlockCausal(2)).square().mean().backward();
            network.params().all().forEach((name, w) -> {
                assertThat(w.hasGrad()).as(name).isTrue();
                assertThat(w.grad().isFinite().to(DType.F32).min().item()).as(name).isEqualTo(1);
                assertThat(w.grad().abs().max().item()).as(name).isGreaterThan(0);
            });
        }
    }

    @Test
    void picturesEnterByChannelsAndByStates() {
        var config = new WanConfig(12, 4, 2, 2, 36, 48, 16, 2, 2, 10, 6, 14, 0, true, 1e-6);
        try (var network = open(config)) {
            Tensor x = noise("x", 3);
            var image = new WanImage(RandomStream.of(1, "channels").normal(1, 8, 3, 4, 6), RandomStream.of(1, "states").normal(1, 5, 14));
            Tensor out = conditionOf(network, image, x, 0);
            assertThat(out.shape()).containsExactly(1, 4, 3, 4, 6);
            assertThat(distance(conditionOf(network, new WanImage(image.channels().mul(0.5), image.states()), x, 0), out)).isGreaterThan(1e-4);
            assertThat(distance(conditionOf(network, new WanImage(image.channels(), image.states().flip(2)), x, 0), out)).isGreaterThan(1e-4);
            Tensor late = conditionOf(network, image, x.narrow(2, 0, 1), 2);
            assertThat(late.shape()).containsExactly(1, 4, 1, 4, 6);
            assertThatThrownBy(() -> conditionOf(network, image, x, 1)).hasMessageContaining("prepared for a clip of 3");
            assertThatThrownBy(() -> conditionOf(network, null, x, 0)).hasMessageContaining("needs a picture");
            assertThatThrownBy(() -> conditionOf(network, new WanImage(image.channels(), null), x, 0))
                    .hasMessageContaining("no encoder states, but this model takes 8 channels and states");
        }
    }

    private static Tensor conditionOf(WanTransformer network, @Nullable WanImage image, Tensor x, int firstFrame) {
        Denoiser denoiser = image == null ? network : network.with(image);
        DenoiserInput in = input(x, 500, conditionOf("cat")).withFirstFrame(firstFrame);
        Tensor once = denoiser.predict(in, AttentionPolicy.FULL);
        try (var off = Grad.off();
                var cat = denoiser.prepare(in.condition(), 1)) {
            assertThat(distance(denoiser.predict(in, cat, AttentionPolicy.FULL), once)).as("prepared").isLessThan(1e-6);
        }
        return once;
    }

    /** 4 channels of mask, then the latent of a clip that is grey but for the given pictures. */
    @Test
    void aPictureIsLaidOutAsPublished() {
        var vaeConfig = new WanVaeConfig(2, 4, List.of(1, 2, 4, 4), 1, List.of(false, true, true),
                java.util.Collections.nCopies(4, 0.0), java.util.Collections.nCopies(4, 1.0));
        try (var vae = new WanVae(vaeConfig, Params.initialise(2, Device.CPU))) {
            Tensor first = RandomStream.of(1, "first").normal(1, 3, 1, 16, 16).tanh();
            Tensor last = RandomStream.of(1, "last").normal(1, 3, 1, 16, 16).tanh();
            WanImage image = WanImage.of(vae, first, last, 9, null);
            assertThat(image.channels().shape()).containsExactly(1, 8, 3, 2, 2);
            assertThat(image.channels().narrow(1, 0, 4).narrow(3, 0, 1).narrow(4, 0, 1).toFloatArray())
                    .containsExactly(1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1);
            Tensor clip = Tensor.cat(2, first, Tensor.zeros(DType.F32, Device.CPU, 1, 3, 7, 16, 16), last);
            assertThat(image.channels().narrow(1, 4, 4).sameAs(vae.encode(clip))).isTrue();
            assertThat(WanImage.of(vae, first, null, 9, null).channels().narrow(1, 3, 1).narrow(2, 2, 1).sum().item()).isZero();
            assertThatThrownBy(() -> WanImage.of(vae, first, null, 8, null)).hasMessageContaining("1 + 4k");
        }
    }

    @Test
    void whatDoesNotFitIsSaidInOneSentence() {
        try (var network = open(TINY);
                KvCache cache = network.openCache(1, 4, 6, 0, 2)) {
            Tensor x = noise("x", 2);
            assertThatThrownBy(() -> network.predict(input(RandomStream.of(1, "odd").normal(1, 4, 2, 3, 6), 1, conditionOf("cat")), AttentionPolicy.FULL))
                    .isInstanceOf(ShapeException.class).hasMessageContaining("H a multiple of 2");
            var longText = new Condition.Text(RandomStream.of(1, "long").normal(1, 7, 10), Tensor.ones(DType.F32, Device.CPU, 1, 7));
            assertThatThrownBy(() -> network.predict(input(x, 1, longText), AttentionPolicy.FULL))
                    .isInstanceOf(ShapeException.class).hasMessageContaining("at most 6");
            assertThatThrownBy(() -> network.predict(input(x, 1, conditionOf("cat")).withFirstFrame(3), new AttentionPolicy.Cached(cache, false)))
                    .hasMessage("the cache continues at latent frame 0, but frame 3 was asked for");
            assertThatThrownBy(() -> network.openCache(1, 5, 6, 0, 2)).isInstanceOf(ShapeException.class);
        }
        String fiveHeads = "{\"dim\": 12, \"ffn_dim\": 4, \"in_dim\": 4, \"out_dim\": 4, \"num_heads\": 5, \"num_layers\": 1}";
        assertThatThrownBy(() -> WanConfig.of(config(fiveHeads)))
                .isInstanceOf(ConfigException.class).hasMessageContaining("heads of an even width");
        assertThatThrownBy(() -> WanConfig.of(config("{\"model_type\": \"vace\"}"))).hasMessageContaining("\"model_type\" is \"vace\"");
        assertThatThrownBy(() -> WanConfig.of(config("{\"patch_size\": [2, 2, 2]}"))).hasMessageContaining("must be [1, height, width]");
    }

    private static HubConfig config(String json) {
        return new HubConfig(Json.parse(json, "config.json", JsonNode.class), "config.json");
    }

    /** What Wan's own repository holds: fields that are left out are those that never change. */
    @Test
    void publishedConfigurationsAreRead() {
        String own = "{\"_class_name\": \"WanModel\", \"_diffusers_version\": \"0.30.0\", \"dim\": 1536, \"eps\": 1e-06, \"ffn_dim\": 8960,"
                + " \"freq_dim\": 256, \"in_dim\": 16, \"model_type\": \"t2v\", \"num_heads\": 12, \"num_layers\": 30, \"out_dim\": 16,"
                + " \"text_len\": 512}";
        assertThat(WanConfig.of(config(own))).isEqualTo(WanConfig.T2V_1_3B);
        String diffusers = "{\"_class_name\": \"WanTransformer3DModel\", \"added_kv_proj_dim\": null, \"attention_head_dim\": 128,"
                + " \"cross_attn_norm\": true, \"eps\": 1e-06, \"ffn_dim\": 8960, \"freq_dim\": 256, \"image_dim\": null, \"in_channels\": 16,"
                + " \"num_attention_heads\": 12, \"num_layers\": 30, \"out_channels\": 16, \"patch_size\": [1, 2, 2],"
                + " \"qk_norm\": \"rms_norm_across_heads\", \"rope_max_seq_len\": 1024, \"text_dim\": 4096}";
        assertThat(WanConfig.of(config(diffusers))).isEqualTo(WanConfig.T2V_1_3B);
        String image = diffusers.replace("\"image_dim\": null, \"in_channels\": 16", "\"image_dim\": 1280, \"in_channels\": 36")
                .replace("8960", "13824").replace("heads\": 12", "heads\": 40").replace("layers\": 30", "layers\": 40");
        assertThat(WanConfig.of(config(image))).isEqualTo(WanConfig.I2V_14B);
    }

    @Test
    void whatPassesCost() {
        int tokens = 60 / 2 * (104 / 2);
        for (int b = 0; b < 7; b++) {
            assertThat(WanFlops.forward(WanConfig.T2V_1_3B, 1, 3, 3 * b, tokens, false) / 1e12).as("block " + b).isCloseTo(16.2 + 4.04 * b, within(0.1));
        }
        assertThat(WanFlops.forward(WanConfig.T2V_1_3B, 1, 21, 0, tokens, true) / 1e12).isCloseTo(283, within(1.0));
    }

    @Test
    void recipesMeanTheStepsThatWerePublished() {
        for (var pair : java.util.Map.of(
                WanRecipe.CAUSVID, org.praxino.diffusion.FewSteps.causVid(), WanRecipe.CAUSVID_4, org.praxino.diffusion.FewSteps.causVidWarped(),
                WanRecipe.SELF_FORCING, org.praxino.diffusion.FewSteps.selfForcing()).entrySet()) {
            var process = pair.getKey().process();
            assertThat(pair.getKey().levels().stream().map(process.schedule()::sigma).toList())
                    .isEqualTo(pair.getValue().steps().stream().map(org.praxino.diffusion.FewSteps.Point::sigma).toList());
        }
        assertThat(WanRecipe.CAUSVID.process().schedule().sigma(757)).isCloseTo(0.756757, within(1e-6));
        assertThat(WanRecipe.CAUSVID.process().schedule().sigma(0)).isCloseTo(0.0079444, within(1e-6));
        assertThat(WanRecipe.WAN.isCausal()).isFalse();
        assertThat(WanPrompts.NEGATIVE).hasSize(137);
        assertThat(org.praxino.io.Sha256.ofText(WanPrompts.NEGATIVE)).isEqualTo("ce96e0324e4b54ce4b6e867f669ca520952e1a34cc116543516b1897f0d3c47e");
    }

    /** CausVid's branch for image to video: a picture, then blocks. */
    @Test
    void aShortFirstBlockIsSeenByAllAndSeesItself() {
        try (var scope = org.praxino.tensor.Scope.open("test");
                var network = open(TINY)) {
            var policy = new AttentionPolicy.BlockCausal(2, 1);
            assertThat(java.util.stream.IntStream.range(0, 5).map(policy::block)).containsExactly(0, 1, 1, 2, 2);
            Tensor x = noise("x", 5);
            Tensor whole = network.predict(input(x, 300, conditionOf("cat")), policy);
            var made = new ArrayList<Tensor>();
            try (var off = Grad.off();
                    var cat = network.prepare(conditionOf("cat"), 1);
                    var cache = network.openCache(1, 4, 6, 0, 4)) {
                for (int at = 0; at < 5; at += at == 0 ? 1 : 2) {
                    made.add(network.predict(input(x.narrow(2, at, at == 0 ? 1 : 2), 300, cat.condition()).withFirstFrame(at), cat, new AttentionPolicy.Cached(cache, true)));
                }
            }
            assertThat(Tensor.cat(made, 2).sub(whole).abs().max().item()).isLessThan(2e-5);
            Tensor other = Tensor.cat(2, x.narrow(2, 0, 1), noise("y", 4));
            Tensor first = network.predict(input(other, 300, conditionOf("cat")), policy).narrow(2, 0, 1).contiguous();
            assertThat(first.sub(whole.narrow(2, 0, 1)).abs().max().item()).as("sees nothing of what follows").isLessThan(1e-6);
            assertThatThrownBy(() -> new AttentionPolicy.BlockCausal(2, 3)).isInstanceOf(UserException.class);
        }
    }

    @Test
    void gradientsOfBlocksComputedAgainAreTheSame() {
        var policies = List.of(AttentionPolicy.FULL, new AttentionPolicy.BlockCausal(1), new AttentionPolicy.TeacherForced(1));
        for (AttentionPolicy policy : policies) {
            try (var scope = org.praxino.tensor.Scope.open("test");
                    var network = new WanTransformer(TinyWan.CONFIG.withTextLength(6), Params.initialise(1, Device.CPU))) {
                network.params().all().forEach((name, w) -> w.copyFrom(RandomStream.of(2, name).normal(w.shape()).mul(0.2)));
                network.params().trainable(true);
                var in = DenoiserInput.clips(
                        RandomStream.of(1, "noisy").normal(2, 4, 2, 4, 4), Levels.of(new double[][] {{900, 400}, {700, 0}}),
                        new Condition.Text(RandomStream.of(1, "text").normal(2, 3, 12), Tensor.of(new float[] {1, 1, 1, 1, 1, 0}, 2, 3)));
                Tensor gradient = RandomStream.of(1, "gradient").normal(2, 4, 2, 4, 4);
                network.predict(in, policy).backward(gradient);
                var kept = new java.util.TreeMap<String, Tensor>();
                network.params().all().forEach((name, w) -> kept.put(name, w.grad().copy()));
                org.praxino.tensor.Gradients.clear(network.params().tensors());
                network.backward(in, policy, gradient);
                network.params().all().forEach((name, w) -> {
                    double scale = Math.max(1e-3, kept.get(name).abs().max().item());
                    assertThat(w.grad().sub(kept.get(name)).abs().max().item() / scale).as(policy + " " + name).isLessThan(1e-3);
                });
            }
        }
    }
}
