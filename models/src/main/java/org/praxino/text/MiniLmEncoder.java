package org.praxino.text;

import org.praxino.io.tokenizer.TextTokenizer;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;

/**
 * The bundled text encoder: all-MiniLM-L6-v2 (Apache-2.0), 22.6 M weights, 384 numbers a token, English, lower-cased. It reads
 * prompts of up to {@value #MAX_TOKENS} tokens; a word is one to three. Emoji are read by their names.
 */
public final class MiniLmEncoder {
    /** Longest prompt, including the two special tokens. */
    public static final int MAX_TOKENS = 64;

    /** Size of a state. */
    public static final int WIDTH = 384;

    private static final String NAME = "all-MiniLM-L6-v2";

    private MiniLmEncoder() {}

    /** Loads it from the cache folder, the first time from the jar. @param dtype F32 or BF16 */
    public static TextEncoder open(Device device, DType dtype) {
        TextTokenizer tokenizer = org.praxino.io.onnx.MiniLmWeights.tokenizer();
        try (var weights = org.praxino.io.onnx.MiniLmWeights.weights()) {
            BertEncoder network = BertEncoder.load(BertConfig.MINI_LM_L6, weights, device, dtype, NAME);
            return new TokenTextEncoder(NAME + "/" + dtype, tokenizer, TokenTextEncoder.Language.ENGLISH, network, MAX_TOKENS);
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }
}
