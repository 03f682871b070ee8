package org.praxino.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.praxino.tensor.Params;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/** The training objective of a run. All randomness derives from (seed, sample index), so that resuming is exact. */
public interface Objective extends AutoCloseable {
    /** The trained weights, which are also averaged (EMA). */
    Params params();

    /** The subset of {@link #params} that the optimiser updates. */
    default List<Tensor> learnable() {
        return List.copyOf(params().tensors());
    }

    /** Names of the weights that Muon updates where a run configures it: the matrices inside the network. None where it is not offered. */
    default Set<String> muonWeights() {
        return Set.of();
    }

    /**
     * Computes the loss of samples {@code first .. first+count-1}. Gradients that it accumulates itself are those of the loss divided by the
     * passes per update.
     *
     * @return the loss and its parts for the log
     */
    LossTerms loss(long first, int count);

    /** @param loss the total loss @param parts named scalars for the log, detached or not */
    record LossTerms(Loss loss, Map<String, Tensor> parts) {
        /** Of a loss whose gradient is due. */
        public LossTerms(Tensor loss, Map<String, Tensor> parts) {
            this(new Loss.WithGraph(loss), parts);
        }
    }

    /** Whether {@link #loss} may be called from two threads at once: it reads the weights, adds to their gradients and changes nothing else. */
    default boolean supportsParallelPasses() {
        return false;
    }

    /** FLOPs of one sample's forward and backward pass. */
    double flopsPerSample();

    /** Called after each update, e.g. to train a discriminator. */
    default void afterUpdate(long samples) {}

    /** State beyond the weights that a resumed run needs, such as a discriminator. */
    default Map<String, Tensor> state() {
        return Map.of();
    }

    /** Restores {@link #state}. */
    default void restore(WeightSource state) {}

    /** Writes an image of current samples; called with the averaged weights in place. */
    void sheet(Path png);

    /** Digest of the training data, for provenance. */
    String dataDigest();

    @Override
    void close();
}
