package org.praxino.wan;

import org.praxino.tensor.ConfigException;
import org.praxino.text.HubConfig;
import tools.jackson.databind.JsonNode;

/**
 * Shape of a Wan 2.1 transformer (Wan team 2025, arXiv 2503.20314, section 4.2).
 *
 * @param inChannels channels that enter: the latent's, and in image-to-video models those of {@link WanImage#channels}
 * @param outChannels channels of the latent
 * @param patchHeight latent rows of a token
 * @param patchWidth latent columns of a token
 * @param dim width of the network
 * @param ffn inner width of the MLPs
 * @param frequencies sinusoids that a level becomes
 * @param layers blocks
 * @param heads attention heads
 * @param textDim width of the text encoder's states
 * @param textLength tokens that every text is filled up to with zeros; they take part in the cross-attention
 * @param imageDim width of an image encoder's states, 0 without
 * @param imageTokens states that have learned positions added (first and last picture), 0 without
 * @param crossNorm whether the cross-attention has a norm with weights before it
 * @param eps of all norms
 */
public record WanConfig(
        int inChannels,
        int outChannels,
        int patchHeight,
        int patchWidth,
        int dim,
        int ffn,
        int frequencies,
        int layers,
        int heads,
        int textDim,
        int textLength,
        int imageDim,
        int imageTokens,
        boolean crossNorm,
        double eps) {

    /** Wan2.1-T2V-1.3B, and CausVid's and Self-Forcing's students: 825 tensors, 1,418,996,800 weights. */
    public static final WanConfig T2V_1_3B = new WanConfig(16, 16, 2, 2, 1536, 8960, 256, 30, 12, 4096, 512, 0, 0, true, 1e-6);

    /** Wan2.1-T2V-14B. */
    public static final WanConfig T2V_14B = new WanConfig(16, 16, 2, 2, 5120, 13824, 256, 40, 40, 4096, 512, 0, 0, true, 1e-6);

    /** Wan2.1-I2V-14B: 16 channels of the latent, 4 of the mask and 16 of the given picture's latent, and CLIP states. */
    public static final WanConfig I2V_14B = new WanConfig(36, 16, 2, 2, 5120, 13824, 256, 40, 40, 4096, 512, 1280, 0, true, 1e-6);

    /** Wan2.1-FLF2V-14B: first and last picture. */
    public static final WanConfig FLF2V_14B = new WanConfig(36, 16, 2, 2, 5120, 13824, 256, 40, 40, 4096, 512, 1280, 514, true, 1e-6);

    public WanConfig {
        positive("in_dim", inChannels);
        positive("out_dim", outChannels);
        positive("patch_size", Math.min(patchHeight, patchWidth));
        positive("dim", dim);
        positive("ffn_dim", ffn);
        positive("freq_dim", frequencies);
        positive("num_layers", layers);
        positive("num_heads", heads);
        positive("text_dim", textDim);
        positive("text_len", textLength);
        require(inChannels >= outChannels, "in_dim=" + inChannels + " is below out_dim=" + outChannels + ", the latent's channels");
        require(dim % heads == 0 && dim / heads % 2 == 0,
                "dim=" + dim + " over num_heads=" + heads + " must give heads of an even width");
        require(frequencies % 2 == 0, "freq_dim=" + frequencies + " must be even");
        require(imageDim >= 0 && imageTokens >= 0, "image_dim=" + imageDim + " and its tokens=" + imageTokens + " must be 0 or more");
        require(eps > 0, "eps=" + eps + " must be above 0");
    }

    private static void positive(String name, int value) {
        require(value > 0, name + "=" + value + " must be above 0");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfigException(sentence);
        }
    }

    /**
     * Reads a {@code config.json}, Wan's fields or diffusers' ({@code WanTransformer3DModel}), whichever it has. What Wan's files leave
     * out is what all published models have.
     *
     * @throws ConfigException naming a field that is missing or asks for another kind of network
     */
    public static WanConfig of(HubConfig config) {
        JsonNode json = config.json();
        boolean diffusers = json.has("num_attention_heads");
        JsonNode patch = json.path("patch_size");
        if (!patch.isMissingNode() && (patch.size() != 3 || patch.path(0).asInt(0) != 1)) {
            throw new ConfigException(config.where() + ": \"patch_size\" must be [1, height, width], but is " + patch);
        }
        if (json.path("qk_norm").isBoolean() && !json.path("qk_norm").booleanValue()) {
            throw new ConfigException(config.where() + ": \"qk_norm\" is false, but all published models have it");
        }
        config.requireOneOf("qk_norm", "rms_norm_across_heads", "rms_norm_across_heads");
        config.requireOneOf("model_type", "t2v", "t2v", "i2v", "flf2v");
        int height = patch.isMissingNode() ? 2 : patch.path(1).asInt();
        int width = patch.isMissingNode() ? 2 : patch.path(2).asInt();
        boolean cross = json.path("cross_attn_norm").asBoolean(true);
        double eps = config.decimal("eps", 1e-6);
        if (diffusers) {
            int heads = config.integer("num_attention_heads");
            JsonNode positions = json.path("pos_embed_seq_len");
            return new WanConfig(
                    config.integer("in_channels"), config.integer("out_channels"), height, width,
                    heads * config.integer("attention_head_dim"), config.integer("ffn_dim"), config.integer("freq_dim", 256),
                    config.integer("num_layers"), heads, config.integer("text_dim", 4096), 512,
                    json.path("image_dim").asInt(0), positions.asInt(0), cross, eps);
        }
        String type = config.text("model_type", "t2v");
        return new WanConfig(
                config.integer("in_dim"), config.integer("out_dim"), height, width,
                config.integer("dim"), config.integer("ffn_dim"), config.integer("freq_dim", 256),
                config.integer("num_layers"), config.integer("num_heads"), config.integer("text_dim", 4096), config.integer("text_len", 512),
                type.equals("t2v") ? 0 : 1280, type.equals("flf2v") ? 514 : 0, cross, eps);
    }

    /** The same with another length of texts. */
    public WanConfig withTextLength(int tokens) {
        return new WanConfig(
                inChannels, outChannels, patchHeight, patchWidth, dim, ffn, frequencies, layers, heads, textDim, tokens, imageDim, imageTokens,
                crossNorm, eps);
    }

    /** The same with another number of blocks. */
    public WanConfig withLayers(int blocks) {
        return new WanConfig(
                inChannels, outChannels, patchHeight, patchWidth, dim, ffn, frequencies, blocks, heads, textDim, textLength, imageDim, imageTokens,
                crossNorm, eps);
    }

    /** D, width of a head. */
    public int headDim() {
        return dim / heads;
    }
}
