package org.praxino.app.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.UserException;
import org.praxino.text.HubConfig;
import org.praxino.text.T5Config;
import org.praxino.text.T5Encoder;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;
import org.praxino.wan.folder.WanFolder;
import org.praxino.wan.folder.WanPart;

/**
 * The networks to measure, opened one after the other.
 *
 * @param name for people
 * @param network as it is built
 * @param layers of the network as published
 * @param text as it is built
 * @param textLayers of the text encoder as published
 */
record WanBenchNetworks(
        String name, WanConfig network, int layers, WanVaeConfig vae, T5Config text, int textLayers, Supplier<WanTransformer> networks,
        Supplier<WanVae> vaes, Supplier<T5Encoder> texts) {
    /** A prompt needs few words of the table, and the table's size changes no speed. */
    private static final int WORDS = 1024;

    static WanBenchNetworks of(WanFolder folder, Device device, DType dtype) {
        T5Config text = folder.textConfig();
        WanConfig network = folder.config();
        return new WanBenchNetworks(
                folder.path().toString(), network, network.layers(), folder.vaeConfig(), text, text.layers(),
                () -> {
                    try (var weights = folder.weights(WanPart.TRANSFORMER)) {
                        return new WanTransformer(network, Params.load(weights, device, dtype, folder.path().toString()));
                    }
                },
                () -> {
                    try (var weights = folder.weights(WanPart.VAE)) {
                        return new WanVae(folder.vaeConfig(), Params.load(weights, device, dtype, folder.path().toString()));
                    }
                },
                () -> {
                    try (var weights = folder.weights(WanPart.TEXT)) {
                        return T5Encoder.load(text, weights, device, dtype, folder.path().toString());
                    }
                });
    }

    /** @param shape 1.3b, 14b, tiny or a config.json @param layers built, or null for all */
    static WanBenchNetworks random(String shape, @Nullable Integer layers, Device device, DType dtype) {
        WanConfig whole = config(shape);
        boolean tiny = shape.equals("tiny");
        T5Config text = tiny
                ? new T5Config(whole.textDim(), 2, 2, 8, 64, 64, 32, 128, false, 1e-6)
                : new T5Config(whole.textDim(), T5Config.UMT5_XXL.layers(), 64, 64, 10_240, WORDS, 32, 128, false, 1e-6);
        WanVaeConfig vae = tiny ? new WanVaeConfig(
                8, 16, WanVaeConfig.WAN_2_1.multiples(), 1, WanVaeConfig.WAN_2_1.temporal(), WanVaeConfig.WAN_2_1.mean(), WanVaeConfig.WAN_2_1.std())
                : WanVaeConfig.WAN_2_1;
        WanConfig network = layers == null ? whole : whole.withLayers(Math.min(layers, whole.layers()));
        T5Config words = layers == null ? text : new T5Config(
                text.width(), Math.min(layers, text.layers()), text.heads(), text.headWidth(), text.intermediate(), text.vocabulary(), text.buckets(),
                text.maxDistance(), text.sharedBias(), text.eps());
        return new WanBenchNetworks(
                "random " + shape, network, whole.layers(), vae, words, text.layers(),
                () -> {
                    try (var counted = new WanTransformer(network, Params.counting());
                            var weights = RandomWeights.of(RandomWeights.shapes(counted.params()))) {
                        return new WanTransformer(network, Params.load(weights, device, dtype, shape));
                    }
                },
                () -> {
                    try (var counted = new WanVae(vae, Params.counting());
                            var weights = RandomWeights.of(RandomWeights.shapes(counted.params()))) {
                        return new WanVae(vae, Params.load(weights, device, dtype, shape));
                    }
                },
                () -> {
                    try (var weights = RandomWeights.of(words.shapes())) {
                        return T5Encoder.load(words, weights, device, dtype, shape);
                    }
                });
    }

    private static WanConfig config(String shape) {
        return switch (shape.toLowerCase(Locale.ROOT)) {
            case "1.3b" -> WanConfig.T2V_1_3B;
            case "14b" -> WanConfig.T2V_14B;
            case "tiny" -> new WanConfig(16, 16, 2, 2, 48, 96, 32, 3, 2, 16, 16, 0, 0, true, 1e-6);
            default -> {
                Path file = Path.of(shape);
                if (!Files.isRegularFile(file)) {
                    throw new UserException("--random-weights " + shape + " is unknown: name 1.3b, 14b, tiny, or a transformer's config.json");
                }
                yield WanConfig.of(HubConfig.read(file));
            }
        };
    }

    WanTransformer openNetwork() {
        return networks.get();
    }

    WanVae openVae() {
        return vaes.get();
    }

    T5Encoder openText() {
        return texts.get();
    }
}
