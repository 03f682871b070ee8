package org.praxino.io.tokenizer;

import java.util.List;

/** Converts text to token ids. Implementations are thread-safe. */
public interface TextTokenizer extends AutoCloseable {

    /** How far the rows of a batch are filled up. */
    enum Padding {
        /** To the longest text of the batch: for encoders whose result is masked. */
        LONGEST,
        /** To the maximal length: for systems trained with a fixed number of text tokens. */
        MAX_LENGTH
    }

    /**
     * Encodes a batch, special tokens included.
     *
     * @param maxLength tokens a row may have; longer texts lose their end (never the closing special token), and
     *     {@link Tokens#dropped} says how many tokens went
     */
    Tokens encode(List<String> texts, int maxLength, Padding padding);

    /** Whether anything in a text is not in the vocabulary, so that the token for unknown words stands for it. */
    boolean hasUnknown(String text);

    /** The number that fills rows up. */
    long padId();

    @Override
    void close();
}
