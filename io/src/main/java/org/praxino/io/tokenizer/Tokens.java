package org.praxino.io.tokenizer;

import java.util.Arrays;
import org.praxino.tensor.Tensor;

/**
 * A batch of token ids, all rows of one length.
 *
 * @param ids [B, S] numbers in the vocabulary
 * @param mask [B, S] 1 for a token, 0 for filling
 * @param typeIds [B, S] which of two texts a token is from; 0 for single texts
 * @param dropped [B] tokens each text lost because it was too long
 */
public record Tokens(long[][] ids, long[][] mask, long[][] typeIds, int[] dropped) {

    /** S, the length of every row. */
    public int length() {
        return ids.length == 0 ? 0 : ids[0].length;
    }

    /** [B, S] I64. */
    public Tensor idTensor() {
        return tensor(ids);
    }

    /** [B, S] I64 of 1 and 0. */
    public Tensor maskTensor() {
        return tensor(mask);
    }

    private Tensor tensor(long[][] rows) {
        long[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
        return Tensor.of(flat, rows.length, length());
    }
}
