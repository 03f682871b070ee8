package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.ConfigException;
import org.praxino.text.HubConfig;
import tools.jackson.databind.JsonNode;

/**
 * Shape of the Wan 2.1 VAE.
 *
 * @param dim width of the finest level
 * @param latentChannels channels of the latent
 * @param multiples width of each level, finest first, as a multiple of {@code dim}; between two levels space is halved
 * @param blocks residual blocks a level in the encoder; the decoder has one more
 * @param temporal for each reduction between levels, finest first, whether time is halved as well
 * @param mean of each latent channel
 * @param std standard deviation of each latent channel
 */
public record WanVaeConfig(
        int dim, int latentChannels, List<Integer> multiples, int blocks, List<Boolean> temporal, List<Double> mean, List<Double> std) {

    /** The published one: 126,892,531 weights, 4×8×8 pixels a latent position. */
    public static final WanVaeConfig WAN_2_1 = new WanVaeConfig(
            96, 16, List.of(1, 2, 4, 4), 2, List.of(false, true, true),
            List.of(-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
                    0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921),
            List.of(2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
                    3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.9160));

    public WanVaeConfig {
        multiples = List.copyOf(multiples);
        temporal = List.copyOf(temporal);
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        require(dim > 0 && latentChannels > 0 && blocks > 0, "dim=" + dim + ", z_dim=" + latentChannels + " and num_res_blocks=" + blocks
                + " must be above 0");
        require(multiples.size() > 1 && multiples.stream().allMatch(m -> m > 0), "dim_mult=" + multiples + " must be two or more numbers above 0");
        require(temporal.size() == multiples.size() - 1,
                "temporal_downsample=" + temporal + " must be one entry fewer than dim_mult=" + multiples);
        require(mean.size() == latentChannels && std.size() == latentChannels,
                mean.size() + " latent means and " + std.size() + " deviations were given for " + latentChannels + " channels");
        require(std.stream().allMatch(s -> s > 0), "latent deviations must be above 0, but are " + std);
        for (int i = 1; i < multiples.size(); i++) {
            require(dim * multiples.get(i) % 2 == 0, "width " + dim * multiples.get(i) + " of level " + i + " must be even");
        }
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ConfigException(sentence);
        }
    }

    /**
     * Reads a {@code config.json}, Wan's fields or diffusers' ({@code AutoencoderKLWan}).
     *
     * @param mean used where the file says nothing of it, as is {@code std}
     */
    public static WanVaeConfig of(HubConfig config, List<Double> mean, List<Double> std) {
        JsonNode json = config.json();
        if (json.path("is_residual").asBoolean(false) || json.path("patch_size").isNumber()) {
            throw new ConfigException(config.where() + ": this is the VAE of Wan 2.2, but only that of Wan 2.1 is supported");
        }
        if (!json.path("attn_scales").isEmpty()) {
            throw new ConfigException(config.where() + ": \"attn_scales\" must be empty, but is " + json.path("attn_scales"));
        }
        boolean diffusers = json.has("base_dim");
        var temporal = new ArrayList<Boolean>();
        JsonNode flags = json.has("temperal_downsample") ? json.path("temperal_downsample") : json.path("temporal_downsample");
        flags.forEach(f -> temporal.add(f.asBoolean()));
        var multiples = new ArrayList<Integer>();
        json.path("dim_mult").forEach(m -> multiples.add(m.asInt()));
        return new WanVaeConfig(
                config.integer(diffusers ? "base_dim" : "dim"),
                config.integer("z_dim"),
                multiples,
                config.integer("num_res_blocks"),
                temporal,
                decimals(json.path("latents_mean"), mean),
                decimals(json.path("latents_std"), std));
    }

    private static List<Double> decimals(JsonNode list, List<Double> otherwise) {
        if (!list.isArray()) {
            return otherwise;
        }
        var out = new ArrayList<Double>();
        list.forEach(v -> out.add(v.asDouble()));
        return out;
    }

    /** Channels of level {@code i}, finest first. */
    int width(int level) {
        return dim * multiples.get(level);
    }

    int levels() {
        return multiples.size();
    }

    /** Video frames in a latent frame after the first. */
    public int timeFactor() {
        return 1 << temporal.stream().filter(t -> t).count();
    }

    /** Pixels in a latent position, along height and along width. */
    public int spaceFactor() {
        return 1 << (levels() - 1);
    }
}
