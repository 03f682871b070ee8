package org.praxino.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** What one training run minimises. Everything random in it comes from (seed, sample index), so that a resumed run repeats nothing. */
public interface Objective extends AutoCloseable {
    /** The weights that learn and are averaged. */
    Params params();

    /** The part of {@link #params} that the optimiser changes. */
    default List<Tensor> learnable() {
        return List.copyOf(params().tensors());
    }

    /** Names of the weights that Muon updates where a run configures it: the matrices inside the network. None where it is not offered. */
    default Set<String> muonWeights() {
        return Set.of();
    }

    /**
     * Loss of samples {@code first .. first+count-1}, with gradients.
     *
     * @return the scalar to minimise under {@code loss}, and parts of it to be logged, all scalars
     */
    Terms loss(long first, int count);

    /**
     * @param loss the sum that is minimised; without a gradient when the objective has accumulated it itself, divided by the number of
     *     passes an update
     * @param parts named scalars for the log, detached or not
     */
    record Terms(Tensor loss, Map<String, Tensor> parts) {}

    /** Whether {@link #loss} may be called from two threads at once: it reads the weights, adds to their gradients and changes nothing else. */
    default boolean sideBySide() {
        return false;
    }

    /** Multiply-adds times two of one sample's forward and backward pass. */
    double flopsPerSample();

    /** Called after each update, e.g. to train a discriminator. */
    default void afterUpdate(long samples) {}

    /** State beyond the weights that a resumed run needs, such as a discriminator. */
    default Map<String, Tensor> state() {
        return Map.of();
    }

    /** Takes {@link #state} back. */
    default void restore(WeightSource state) {}

    /** Writes a picture of how far it has come; the averaged weights are in place while it is called. */
    void sheet(Path png);

    /** What determined the data, for provenance. */
    String dataDigest();

    @Override
    void close();
}
