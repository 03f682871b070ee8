package org.praxino.text;

import java.nio.file.Path;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.io.tokenizer.PublishedTokenizer;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;

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
                return new TokenTextEncoder(folder.getFileName() + "/" + dtype, PublishedTokenizer.open(folder), network, maxTokens);
            } catch (RuntimeException e) {
                network.close();
                throw e;
            }
        }
    }
}
