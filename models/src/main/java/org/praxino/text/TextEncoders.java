package org.praxino.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeSet;
import org.praxino.io.Sha256;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.io.tokenizer.PublishedTokenizer;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.WeightSource;

/** Text encoders in folders as Hugging Face lays them out ({@code config.json}, {@code tokenizer.json}, safetensors). */
public final class TextEncoders {
    /** Tokens of a prompt that Wan's transformers read, the closing one included. */
    public static final int WAN_TOKENS = 512;

    private TextEncoders() {}

    /**
     * Opens a BERT, a T5 v1.1 or a UMT5 encoder.
     *
     * @param maxTokens longest prompt, with the tokens that the tokenizer adds; the paper's siblings use 64 to 77
     * @throws ConfigException when the folder holds another kind of network
     */
    public static TextEncoder open(Path folder, Device device, DType dtype, int maxTokens) {
        HubConfig config = HubConfig.read(folder.resolve("config.json"));
        config.requireOneOf("model_type", "", "bert", "t5", "umt5");
        try (WeightFiles weights = WeightFiles.open(folder)) {
            TextNetwork network = config.text("model_type", "").equals("bert")
                    ? BertEncoder.load(BertConfig.of(config), weights, device, dtype, folder.toString())
                    : T5Encoder.load(T5Config.of(config), weights, device, dtype, folder.toString());
            return encoder(folder, folder, network, weights, dtype, maxTokens);
        }
    }

    /**
     * Opens a T5 v1.1 or UMT5 encoder from separate parts.
     *
     * @param folder of the model, which names the encoder
     * @param tokenizer folder with {@code tokenizer.json}
     * @param weights under Hugging Face's names; may be closed afterwards
     */
    public static TextEncoder open(
            Path folder, Path tokenizer, T5Config config, WeightSource weights, Device device, DType dtype, int maxTokens) {
        TextNetwork network = T5Encoder.load(config, weights, device, dtype, folder.toString());
        return encoder(folder, tokenizer, network, weights, dtype, maxTokens);
    }

    private static TextEncoder encoder(
            Path folder, Path tokenizer, TextNetwork network, WeightSource weights, DType dtype, int maxTokens) {
        try {
            if (maxTokens > network.positions()) {
                throw new ConfigException("maxTokens=" + maxTokens + ", but " + folder + " reads at most " + network.positions());
            }
            String id = folder.toAbsolutePath().normalize().getFileName() + "@" + fingerprint(weights) + "/" + dtype;
            return new TokenTextEncoder(id, PublishedTokenizer.open(tokenizer), TokenTextEncoder.Language.ANY, network, maxTokens);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** A digest of all vectors (norms and biases): enough to distinguish trainings without reading gigabytes. */
    private static String fingerprint(WeightSource weights) {
        try (var scope = Scope.open("fingerprint")) {
            var all = new ByteArrayOutputStream();
            for (String name : new TreeSet<>(weights.names())) {
                if (weights.shape(name).length == 1) {
                    all.writeBytes(name.getBytes(StandardCharsets.UTF_8));
                    all.writeBytes(weights.read(name).toByteArray());
                }
            }
            return Sha256.ofBytes(all.toByteArray()).substring(0, 12);
        }
    }
}
