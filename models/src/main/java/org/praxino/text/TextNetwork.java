package org.praxino.text;

import org.praxino.tensor.Device;
import org.praxino.tensor.Tensor;

/** The part of a text encoder that has weights. Immutable; closing it frees them. */
public sealed interface TextNetwork extends AutoCloseable permits BertEncoder, T5Encoder {

    /** What is added to the score of a padded key: far below any real score, and finite in every dtype. */
    double NEVER = -30_000;

    /**
     * @param ids [B, S] I64, below the vocabulary size; what stands at padded places does not matter
     * @param mask [B, S] BOOL, true where there is a token
     * @return [B, S, D]; rows of padding hold no meaning
     */
    Tensor forward(Tensor ids, Tensor mask);

    int width();

    Device device();

    /** The most tokens that the network has positions for, or {@link Integer#MAX_VALUE}. */
    int positions();

    @Override
    void close();
}
