package org.praxino.text;

import org.praxino.tensor.ConfigException;

/**
 * Sizes of a BERT encoder (Devlin et al. 2018), as a Hugging Face {@code config.json} names them.
 *
 * @param hidden {@code hidden_size}
 * @param layers {@code num_hidden_layers}
 * @param heads {@code num_attention_heads}
 * @param intermediate {@code intermediate_size}
 * @param vocabulary {@code vocab_size}
 * @param positions {@code max_position_embeddings}
 * @param types {@code type_vocab_size}
 * @param eps {@code layer_norm_eps}
 */
public record BertConfig(
        int hidden, int layers, int heads, int intermediate, int vocabulary, int positions, int types, double eps) {

    /** all-MiniLM-L6-v2. */
    public static final BertConfig MINI_LM_L6 = new BertConfig(384, 6, 12, 1536, 30_522, 512, 2, 1e-12);

    public BertConfig {
        if (heads <= 0 || hidden % heads != 0) {
            throw new ConfigException("hidden_size=" + hidden + " is not a multiple of num_attention_heads=" + heads);
        }
        if (layers <= 0 || intermediate <= 0 || vocabulary <= 0 || positions <= 0 || types <= 0 || eps <= 0) {
            throw new ConfigException("sizes of a BERT encoder must be positive, but are layers=" + layers + ", intermediate="
                    + intermediate + ", vocabulary=" + vocabulary + ", positions=" + positions + ", types=" + types + ", eps=" + eps);
        }
    }

    /** D of one head. */
    public int headWidth() {
        return hidden / heads;
    }

    /**
     * Reads a Hugging Face {@code config.json}; fields that the encoder does not need are passed over.
     *
     * @throws ConfigException when a field is missing or asks for another kind of network
     */
    public static BertConfig of(HubConfig json) {
        json.requireOneOf("model_type", "bert", "bert");
        json.requireOneOf("hidden_act", "gelu", "gelu");
        json.requireOneOf("position_embedding_type", "absolute", "absolute");
        return new BertConfig(
                json.integer("hidden_size"),
                json.integer("num_hidden_layers"),
                json.integer("num_attention_heads"),
                json.integer("intermediate_size"),
                json.integer("vocab_size"),
                json.integer("max_position_embeddings"),
                json.integer("type_vocab_size"),
                json.decimal("layer_norm_eps", 1e-12));
    }
}
