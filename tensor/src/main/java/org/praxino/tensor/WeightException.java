package org.praxino.tensor;

/** Weights do not fit the network; lists every missing, unexpected and mis-shaped key at once. */
public final class WeightException extends UserException {
    public WeightException(String sentence) {
        super(sentence);
    }
}
