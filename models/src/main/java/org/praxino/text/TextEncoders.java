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

/** Text encoders in folders as Hugging Face lays them out: {@code config.json}, {@code tokenizer.json}, safetensors. */
public final class TextEncoders {
    private TextEncoders() {}

    /**
     * Opens a BERT or a T5 v1.1 encoder.
     *
     * @param maxTokens longest prompt, with the tokens that the tokenizer adds; the paper's siblings use 64 to 77
     * @throws ConfigException when the folder holds another kind of network
     */
    public static TextEncoder open(Path folder, Device device, DType dtype, int maxTokens) {
        HubConfig config = HubConfig.read(folder.resolve("config.json"));
        config.requireOneOf("model_type", "", "bert", "t5");
        try (WeightFiles weights = WeightFiles.open(folder)) {
            TextNetwork network = config.text("model_type", "").equals("bert")
                    ? BertEncoder.load(BertConfig.of(config), weights, device, dtype, folder.toString())
                    : T5Encoder.load(T5Config.of(config), weights, device, dtype, folder.toString());
            try {
                if (maxTokens > network.positions()) {
                    throw new ConfigException("maxTokens=" + maxTokens + ", but " + folder + " reads at most " + network.positions());
                }
                String id = folder.toAbsolutePath().normalize().getFileName() + "@" + fingerprint(weights) + "/" + dtype;
                return new TokenTextEncoder(id, PublishedTokenizer.open(folder), network, maxTokens);
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
        }
    }

    /** A digest of all vectors (norms and biases): enough to tell trainings apart without reading gigabytes. */
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
