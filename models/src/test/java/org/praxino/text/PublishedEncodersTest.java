package org.praxino.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.io.Json;
import org.praxino.io.RenamedWeights;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightException;
import org.praxino.tensor.WeightSource;
import tools.jackson.databind.JsonNode;

/** Both networks against states that Hugging Face's transformers computed from the same random weights (golden/). */
@ExtendWith(LeakCheck.class)
class PublishedEncodersTest {
    private static final Path GOLDEN = Path.of("..", "golden");

    private interface Loader {
        TextNetwork load(HubConfig config, WeightSource weights);
    }

    private static void compare(String name, Loader loader) {
        Path folder = GOLDEN.resolve(name);
        JsonNode config = Json.read(folder.resolve("case.json"), JsonNode.class).path("config");
        try (var weights = SafetensorsFile.open(folder.resolve("weights.safetensors"));
                var inputs = SafetensorsFile.open(folder.resolve("inputs.safetensors"));
                var outputs = SafetensorsFile.open(folder.resolve("outputs.safetensors"));
                TextNetwork network = loader.load(new HubConfig(config, name), weights)) {
            Tensor mask = inputs.read("mask").to(DType.BOOL);
            Tensor states = network.forward(inputs.read("ids"), mask);
            Tensor whole = outputs.read("states"); // row 0, all of it tokens
            Tensor masked = outputs.read("states_masked"); // row 1, its tokens only
            assertThat(distance(states.narrow(0, 0, 1), whole)).isLessThan(1e-5);
            assertThat(distance(states.narrow(0, 1, 1).narrow(1, 0, masked.size(1)), masked)).isLessThan(1e-5);
        }
    }

    private static double distance(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        return Math.sqrt(a.sub(b).square().sum().item() / b.square().sum().item());
    }

    @Test
    void bertGivesTheStatesOfTransformers() {
        compare("bert-encoder-hf", (c, w) -> BertEncoder.load(BertConfig.of(c), w, Device.CPU, DType.F32, "golden"));
    }

    @Test
    void t5GivesTheStatesOfTransformers() {
        compare("t5-encoder-hf", (c, w) -> T5Encoder.load(T5Config.of(c), w, Device.CPU, DType.F32, "golden"));
    }

    @Test
    void umt5GivesTheStatesOfTransformersAndOfWan() {
        compare("umt5-encoder-hf", (c, w) -> T5Encoder.load(T5Config.of(c), w, Device.CPU, DType.F32, "golden"));
        compare("umt5-encoder", (c, w) -> T5Encoder.load(T5Config.ofWan(c), T5Config.WAN_NAMES.apply(w), Device.CPU, DType.F32, "golden"));
    }

    @Test
    void paddingChangesNothingInEitherNetwork() {
        T5Config t5 = new T5Config(16, 2, 2, 8, 24, 50, 32, 128, true, 1e-6);
        BertConfig bert = new BertConfig(16, 2, 2, 24, 50, 40, 2, 1e-12);
        try (var a = new T5Encoder(t5, Params.initialise(1, Device.CPU));
                var b = new BertEncoder(bert, Params.initialise(1, Device.CPU))) {
            for (TextNetwork network : new TextNetwork[] {a, b}) {
                Tensor ids = Tensor.of(new long[] {3, 9, 4, 7, 7, 7}, 1, 6);
                Tensor alone = network.forward(ids.narrow(1, 0, 3), Tensor.ones(DType.BOOL, Device.CPU, 1, 3));
                Tensor mask = Tensor.of(new long[] {1, 1, 1, 0, 0, 0}, 1, 6).to(DType.BOOL);
                assertThat(distance(network.forward(ids, mask).narrow(1, 0, 3), alone)).isLessThan(1e-6);
            }
        }
    }

    @Test
    void t5BucketsAreExactThenLogarithmicThenOne() {
        assertThat(T5Encoder.bucket(0, 32, 128)).isZero();
        assertThat(T5Encoder.bucket(-7, 32, 128)).isEqualTo(7);
        assertThat(T5Encoder.bucket(7, 32, 128)).isEqualTo(23);
        assertThat(T5Encoder.bucket(-16, 32, 128)).isEqualTo(10);
        assertThat(T5Encoder.bucket(64, 32, 128)).isEqualTo(30);
        assertThat(T5Encoder.bucket(128, 32, 128)).isEqualTo(31);
        assertThat(T5Encoder.bucket(-100_000, 32, 128)).isEqualTo(15);
    }

    /** Names and shapes only: nothing is allocated for a network of this size. */
    private record Listed(Map<String, long[]> shapes) implements WeightSource {
        @Override
        public Set<String> names() {
            return shapes.keySet();
        }

        @Override
        public long[] shape(String name) {
            return shapes.get(name);
        }

        @Override
        public DType dtype(String name) {
            return DType.F32;
        }

        @Override
        public Tensor read(String name) {
            throw new AssertionError("a check of shapes must not read " + name);
        }
    }

    @Test
    void t5ExtraLargeIsCheckedByItsKeyListAlone() {
        Map<String, long[]> keys = new LinkedHashMap<>(T5Config.XL.shapes());
        assertThat(T5Config.XL.count()).isEqualTo(1_223_527_424L);
        assertThat(keys).hasSize(219).containsKey("encoder.block.23.layer.1.DenseReluDense.wi_1.weight");
        keys.put("encoder.embed_tokens.weight", keys.remove("shared.weight"));
        keys.put("decoder.final_layer_norm.weight", new long[] {2048});
        T5Config.XL.check(new Listed(keys), "keys");

        keys.remove("encoder.block.3.layer.0.SelfAttention.o.weight");
        keys.put("encoder.block.4.layer.0.SelfAttention.o.weight", new long[] {2048, 9});
        keys.put("encoder.surprise", new long[] {1});
        assertThatThrownBy(() -> T5Config.XL.check(new Listed(keys), "keys"))
                .isInstanceOf(WeightException.class)
                .hasMessageContaining("keys does not fit a T5 v1.1 encoder, 3 problem(s)")
                .hasMessageContaining("missing encoder.block.3.layer.0.SelfAttention.o.weight [2048, 2048]")
                .hasMessageContaining("mis-shaped encoder.block.4.layer.0.SelfAttention.o.weight: [2048, 9], expected [2048, 2048]")
                .hasMessageContaining("unexpected encoder.surprise [1]");
    }

    /** Wan's file by its key list: each layer has a table of relative biases, and the names are Wan's own. */
    @Test
    void umt5ExtraExtraLargeHasWansKeys() {
        assertThat(T5Config.UMT5_XXL.count()).isEqualTo(5_680_910_336L);
        Map<String, long[]> keys = new LinkedHashMap<>();
        T5Config.UMT5_XXL.shapes().forEach((name, shape) -> keys.put(T5Config.WAN_NAMES.inverse().apply(name), shape));
        assertThat(keys).hasSize(242).containsKeys(
                "token_embedding.weight", "blocks.0.norm1.weight", "blocks.23.attn.o.weight", "blocks.5.norm2.weight", "blocks.5.ffn.gate.0.weight",
                "blocks.5.ffn.fc1.weight", "blocks.5.ffn.fc2.weight", "norm.weight");
        assertThat(keys.get("blocks.23.pos_embedding.embedding.weight")).containsExactly(32, 64);
        T5Config.UMT5_XXL.check(T5Config.WAN_NAMES.apply(new Listed(keys)), "models_t5_umt5-xxl-enc-bf16.pth");
        keys.remove("blocks.2.pos_embedding.embedding.weight");
        assertThatThrownBy(() -> T5Config.UMT5_XXL.check(T5Config.WAN_NAMES.apply(new Listed(keys)), "keys"))
                .hasMessageContaining("keys does not fit a UMT5 encoder, 1 problem(s): missing encoder.block.2.");
    }

    @Test
    void bertLoadsUnderItsTaskPrefixAndNamesAllThatDoesNotFit() {
        BertConfig config = new BertConfig(8, 1, 2, 12, 20, 10, 2, 1e-12);
        try (var plain = new BertEncoder(config, Params.initialise(5, Device.CPU));
                var weights = SafetensorsFile.open(GOLDEN.resolve("bert-encoder-hf/weights.safetensors"))) {
            assertThat(plain.width()).isEqualTo(8);
            assertThatThrownBy(() -> BertEncoder.load(config, weights, Device.CPU, DType.F32, "weights"))
                    .isInstanceOf(WeightException.class)
                    .hasMessageContaining("mis-shaped embeddings.word_embeddings.weight: [100, 48], expected [20, 8]")
                    .hasMessageContaining("unexpected encoder.layer.1.output.dense.bias");
        }
        Map<String, long[]> prefixed = new LinkedHashMap<>();
        prefixed.put("bert.embeddings.x", new long[] {1});
        prefixed.put("cls.bias", new long[] {2});
        assertThat(RenamedWeights.dropPrefix(new Listed(prefixed), "bert.").names()).containsExactly("embeddings.x", "cls.bias");
    }

    @Test
    void configsOfOtherNetworksAreRefusedByField() {
        HubConfig t5v10 = config("{\"model_type\": \"t5\", \"d_model\": 512}");
        assertThatThrownBy(() -> T5Config.of(t5v10))
                .isInstanceOf(ConfigException.class)
                .hasMessage("config.json: \"feed_forward_proj\" is \"relu\", but only gated-gelu is supported here");
        HubConfig half = config("{\"model_type\": \"bert\", \"hidden_size\": 12.5}");
        assertThatThrownBy(() -> BertConfig.of(half))
                .hasMessage("config.json: field \"hidden_size\" must be a whole number, but is 12.5");
        assertThatThrownBy(() -> new BertConfig(10, 1, 3, 4, 5, 6, 2, 1e-12))
                .hasMessage("hidden_size=10 is not a multiple of num_attention_heads=3");
    }

    private static HubConfig config(String json) {
        return new HubConfig(Json.parse(json, "config.json", JsonNode.class), "config.json");
    }

    @Test
    void statesArePaddedMaskedAndTakenApartAgain() {
        RandomStream random = RandomStream.of(1, "states");
        Tensor a = random.normal(2, 4);
        Tensor b = random.normal(5, 4);
        TextStates batch = TextStates.pad(java.util.List.of(a, b), 6);
        assertThat(batch.states().shape()).containsExactly(2, 6, 4);
        assertThat(batch.mask().toLongArray()).containsExactly(1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0);
        assertThat(batch.states().select(0, 0).narrow(0, 2, 4).abs().sum().item()).isZero();
        assertThat(batch.unpad().get(0).sameAs(a)).isTrue();
        assertThat(batch.unpad().get(1).sameAs(b)).isTrue();
        assertThat(distance(batch.pooled().select(0, 1), b.mean(false, 0))).isLessThan(1e-6);
        assertThat(Arrays.stream(batch.to(Device.CPU, DType.BF16).states().shape()).sum()).isEqualTo(12);
        assertThatThrownBy(() -> TextStates.pad(java.util.List.of(b), 3)).hasMessageContaining("at most 3 tokens");
    }
}
