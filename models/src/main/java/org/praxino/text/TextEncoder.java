package org.praxino.text;

import java.util.List;
import org.praxino.tensor.UserException;

/** Encodes prompts as one state per token. Deterministic: the same text gives the same states in any batch. */
public interface TextEncoder extends AutoCloseable {

    /**
     * Encodes prompts, padded to the longest of them. The empty prompt is legal: it is what guidance leans away from.
     *
     * @throws UserException when a prompt has more than {@link #maxTokens} tokens; it names the prompt, its length and the limit
     */
    TextStates encode(List<String> prompts);

    /**
     * What of a prompt the encoder does not know, in order: words and emoji that are neither in its vocabulary nor have a name that is. Safe
     * to call from any thread while the encoder is open.
     */
    List<String> unknownWords(String prompt);

    /** D, the size of a state. */
    int width();

    /** The longest prompt, in tokens and with the tokens that the encoder itself adds. */
    int maxTokens();

    /** Names weights and precision, so that two encoders of one id give the same states. */
    String id();

    @Override
    void close();
}
