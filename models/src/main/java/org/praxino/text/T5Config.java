package org.praxino.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.praxino.io.RenamedWeights;
import org.praxino.io.WeightNameMap;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.WeightException;
import org.praxino.tensor.WeightSource;

/**
 * Sizes of a T5 v1.1 or UMT5 encoder, as a Hugging Face {@code config.json} names them. The two differ in one thing: whether all
 * layers share the first one's relative biases.
 *
 * @param width {@code d_model}
 * @param layers {@code num_layers}
 * @param heads {@code num_heads}
 * @param headWidth {@code d_kv}; heads·headWidth need not be the width
 * @param intermediate {@code d_ff}
 * @param vocabulary {@code vocab_size}
 * @param buckets {@code relative_attention_num_buckets}
 * @param maxDistance {@code relative_attention_max_distance}
 * @param sharedBias one table of relative biases for all layers (T5) or one for each (UMT5)
 * @param eps {@code layer_norm_epsilon}
 */
public record T5Config(
        int width,
        int layers,
        int heads,
        int headWidth,
        int intermediate,
        int vocabulary,
        int buckets,
        int maxDistance,
        boolean sharedBias,
        double eps) {

    /** T5 v1.1-XL, the encoder that W.A.L.T names (arXiv 2312.06662; which of the two T5 versions is not said there). */
    public static final T5Config XL = new T5Config(2048, 24, 32, 64, 5120, 32_128, 32, 128, true, 1e-6);

    /** UMT5-XXL, the encoder of Wan 2.1: 5.7 B. */
    public static final T5Config UMT5_XXL = new T5Config(4096, 24, 64, 64, 10_240, 256_384, 32, 128, false, 1e-6);

    /** Wan's names for the weights of its encoder, in Hugging Face's. */
    public static final WeightNameMap WAN_NAMES = WeightNameMap.of(
            "token_embedding.weight", "shared.weight",
            "blocks.#.norm1.", "encoder.block.#.layer.0.layer_norm.",
            "blocks.#.pos_embedding.embedding.", "encoder.block.#.layer.0.SelfAttention.relative_attention_bias.",
            "blocks.#.attn.", "encoder.block.#.layer.0.SelfAttention.",
            "blocks.#.norm2.", "encoder.block.#.layer.1.layer_norm.",
            "blocks.#.ffn.gate.0.", "encoder.block.#.layer.1.DenseReluDense.wi_0.",
            "blocks.#.ffn.fc1.", "encoder.block.#.layer.1.DenseReluDense.wi_1.",
            "blocks.#.ffn.fc2.", "encoder.block.#.layer.1.DenseReluDense.wo.",
            "norm.", "encoder.final_layer_norm.");

    /** Name of the token table; some files call it {@value #TOKEN_ALIAS}, some hold it under both names. */
    static final String TOKENS = "shared.weight";

    static final String TOKEN_ALIAS = "encoder.embed_tokens.weight";

    /** Name of a layer's table of relative biases. */
    static String bias(int layer) {
        return "encoder.block." + layer + ".layer.0.SelfAttention.relative_attention_bias.weight";
    }

    public T5Config {
        if (width <= 0 || layers <= 0 || heads <= 0 || headWidth <= 0 || intermediate <= 0 || vocabulary <= 0 || eps <= 0) {
            throw new ConfigException("sizes of a T5 encoder must be positive, but are d_model=" + width + ", num_layers=" + layers
                    + ", num_heads=" + heads + ", d_kv=" + headWidth + ", d_ff=" + intermediate + ", vocab_size=" + vocabulary
                    + ", layer_norm_epsilon=" + eps);
        }
        if (buckets < 4 || buckets % 4 != 0 || maxDistance <= buckets / 4) {
            throw new ConfigException("relative_attention_num_buckets=" + buckets + " must be a multiple of 4 and"
                    + " relative_attention_max_distance=" + maxDistance + " above a quarter of it");
        }
    }

    /**
     * Reads a Hugging Face {@code config.json}.
     *
     * @throws ConfigException when a field is missing or asks for another kind of network, such as T5 1.0
     */
    public static T5Config of(HubConfig json) {
        json.requireOneOf("model_type", "t5", "t5", "umt5");
        json.requireOneOf("feed_forward_proj", "relu", "gated-gelu");
        json.requireOneOf("dense_act_fn", "gelu_new", "gelu_new");
        return new T5Config(
                json.integer("d_model"),
                json.integer("num_layers"),
                json.integer("num_heads"),
                json.integer("d_kv"),
                json.integer("d_ff"),
                json.integer("vocab_size"),
                json.integer("relative_attention_num_buckets", 32),
                json.integer("relative_attention_max_distance", 128),
                json.text("model_type", "t5").equals("t5"),
                json.decimal("layer_norm_epsilon", 1e-6));
    }

    /** Reads the configuration of Wan's own program: {@code dim}, {@code dim_attn}, {@code dim_ffn} and so on. */
    public static T5Config ofWan(HubConfig json) {
        int heads = json.integer("num_heads");
        int inner = json.integer("dim_attn");
        if (heads < 1 || inner % heads != 0) {
            throw new ConfigException(json.where() + ": dim_attn=" + inner + " is not a multiple of num_heads=" + heads);
        }
        return new T5Config(
                json.integer("dim"),
                json.integer("num_layers"),
                heads,
                inner / heads,
                json.integer("dim_ffn"),
                json.integer("vocab"),
                json.integer("num_buckets", 32),
                128,
                json.json().path("shared_pos").asBoolean(false),
                1e-6);
    }

    /** Every weight of the encoder under its published name, in the order of use. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> all = new LinkedHashMap<>();
        int inner = heads * headWidth;
        all.put(TOKENS, new long[] {vocabulary, width});
        for (int i = 0; i < layers; i++) {
            String block = "encoder.block." + i + ".layer.";
            if (i == 0 || !sharedBias) {
                all.put(bias(i), new long[] {buckets, heads});
            }
            all.put(block + "0.layer_norm.weight", new long[] {width});
            for (String part : List.of("q", "k", "v")) {
                all.put(block + "0.SelfAttention." + part + ".weight", new long[] {inner, width});
            }
            all.put(block + "0.SelfAttention.o.weight", new long[] {width, inner});
            all.put(block + "1.layer_norm.weight", new long[] {width});
            all.put(block + "1.DenseReluDense.wi_0.weight", new long[] {intermediate, width});
            all.put(block + "1.DenseReluDense.wi_1.weight", new long[] {intermediate, width});
            all.put(block + "1.DenseReluDense.wo.weight", new long[] {width, intermediate});
        }
        all.put("encoder.final_layer_norm.weight", new long[] {width});
        return all;
    }

    /** Number of weights. */
    public long count() {
        return shapes().values().stream().mapToLong(s -> Arrays.stream(s).reduce(1, (a, b) -> a * b)).sum();
    }

    /**
     * Compares the names and shapes of a checkpoint with this encoder without reading a weight.
     *
     * @throws WeightException listing all that do not fit
     */
    public void check(WeightSource source, String what) {
        WeightSource merged = RenamedWeights.merge(source, TOKENS, TOKEN_ALIAS);
        Map<String, long[]> expected = shapes();
        List<String> problems = new ArrayList<>();
        expected.forEach((name, shape) -> {
            if (!merged.names().contains(name)) {
                problems.add("missing " + name + " " + Arrays.toString(shape));
            } else if (!Arrays.equals(merged.shape(name), shape)) {
                problems.add("mis-shaped " + name + ": " + Arrays.toString(merged.shape(name)) + ", expected " + Arrays.toString(shape));
            }
        });
        for (String name : new TreeSet<>(merged.names())) {
            if (!expected.containsKey(name) && !isDecoder(name)) {
                problems.add("unexpected " + name + " " + Arrays.toString(merged.shape(name)));
            }
        }
        if (!problems.isEmpty()) {
            throw new WeightException(
                    what + " does not fit a " + (sharedBias ? "T5 v1.1" : "UMT5") + " encoder, " + problems.size() + " problem(s): "
                            + String.join("; ", problems));
        }
    }

    /** Whether a weight belongs to the other half of a whole T5, which an encoder has no use for. */
    static boolean isDecoder(String name) {
        return name.startsWith("decoder.") || name.equals("lm_head.weight");
    }
}
