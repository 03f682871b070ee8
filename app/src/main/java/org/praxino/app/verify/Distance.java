package org.praxino.app.verify;

import java.util.Arrays;
import org.praxino.tensor.Tensor;

/** Relative error of an output tensor. */
final class Distance {
    private Distance() {}

    /**
     * ‖ours − theirs‖₂ / ‖theirs‖₂ in double; where theirs is all zero, ‖ours‖₂.
     *
     * @throws Mismatch when the shapes differ or an element of ours is not finite
     */
    static double relative(String name, Tensor ours, Tensor theirs) {
        if (!Arrays.equals(ours.shape(), theirs.shape())) {
            throw new Mismatch(name + " is " + Arrays.toString(ours.shape()) + " instead of " + Arrays.toString(theirs.shape()));
        }
        double[] a = ours.toDoubleArray();
        double[] b = theirs.toDoubleArray();
        double error = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            if (!Double.isFinite(a[i])) {
                throw new Mismatch(name + " is " + a[i] + " at element " + i);
            }
            error += (a[i] - b[i]) * (a[i] - b[i]);
            norm += b[i] * b[i];
        }
        return Math.sqrt(error) / (norm == 0 ? 1 : Math.sqrt(norm));
    }

    /** The tensors cannot be compared by a number. */
    static final class Mismatch extends RuntimeException {
        Mismatch(String sentence) {
            super(sentence);
        }
    }
}
