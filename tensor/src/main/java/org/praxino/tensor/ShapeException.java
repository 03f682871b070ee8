package org.praxino.tensor;

import java.util.Arrays;

/** An argument has the wrong shape. */
public final class ShapeException extends UserException {
    public ShapeException(String tensor, String expected, long... actual) {
        super(tensor + " has shape " + Arrays.toString(actual) + ", expected " + expected);
    }
}
