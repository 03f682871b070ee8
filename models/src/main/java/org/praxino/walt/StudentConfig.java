package org.praxino.walt;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;

/**
 * A causal few-step transformer as stored in the {@code student} part of a model folder: the teacher's network, and how it streams
 * (CausVid, arXiv 2412.07772, algorithm 2).
 *
 * @param network the transformer, the teacher's own shape
 * @param process schedule and prediction
 * @param block latent frames that are made together
 * @param levels noise levels of the few steps, falling, on 0 .. 1000; after each but the last the block is noised anew
 * @param firstLevels the same for the block that begins a stream, which has no past to lean on; null for {@code levels}
 * @param sink first latent frames that stay visible for ever
 * @param window last latent frames that stay visible beside them
 */
public record StudentConfig(WaltConfig network, ProcessConfig process, int block, List<Double> levels, @Nullable List<Double> firstLevels, int sink, int window) {
    public StudentConfig {
        levels = List.copyOf(levels);
        firstLevels = firstLevels == null ? null : List.copyOf(firstLevels);
        if (block < 1) {
            throw new ConfigException("block=" + block + " must be at least one latent frame");
        }
        if (sink < 0 || window < 1) {
            throw new ConfigException("sink=" + sink + " must be 0 or more and window=" + window + " 1 or more");
        }
        if (sink + window + block > network.tokens().frames()) {
            throw new ConfigException("sink=" + sink + ", window=" + window + " and block=" + block
                    + " are more than the frames=" + network.tokens().frames() + " that the network was trained on");
        }
        falling("levels", levels);
        if (firstLevels != null) {
            falling("firstLevels", firstLevels);
        }
    }

    /** Of blocks that all take the same steps. */
    public StudentConfig(WaltConfig network, ProcessConfig process, int block, List<Double> levels, int sink, int window) {
        this(network, process, block, levels, null, sink, window);
    }

    private static void falling(String name, List<Double> levels) {
        if (levels.isEmpty()) {
            throw new ConfigException(name + "=[] must hold at least one noise level");
        }
        for (int i = 0; i < levels.size(); i++) {
            double level = levels.get(i);
            double before = i == 0 ? Math.nextUp(1000.0) : levels.get(i - 1);
            if (!(level > 0 && level < before)) {
                throw new ConfigException(name + "=" + levels + " must fall, from at most 1000, and stay above 0");
            }
        }
    }
}
