package org.praxino.diffusion;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;

/**
 * How a causal student generates blocks (CausVid, arXiv 2412.07772, algorithm 2): block length, noise levels of its few steps, attention
 * window.
 *
 * @param block latent frames generated together: the fewer, the sooner a prompt change shows
 * @param levels noise levels of the steps, falling from 1000 (pure noise), above 0; after each but the last the block is noised again
 * @param firstLevels the same for the block that begins a stream, which has no context; null for {@code levels}
 * @param sink first latent frames of a stream, which stay visible (attention sink, sink tokens)
 * @param window latent frames before the block that are visible besides the sink
 */
public record StudentPlan(int block, List<Double> levels, @Nullable List<Double> firstLevels, int sink, int window) {
    public StudentPlan {
        if (block < 1 || sink < 0 || window < 0) {
            throw new ConfigException("block=" + block + " must be at least one latent frame, sink=" + sink + " and window=" + window + " 0 or more");
        }
        levels = falling("levels", levels);
        firstLevels = firstLevels == null ? null : falling("firstLevels", firstLevels);
    }

    /** Of blocks that all take the same steps. */
    public StudentPlan(int block, List<Double> levels, int sink, int window) {
        this(block, levels, null, sink, window);
    }

    private static List<Double> falling(String name, List<Double> levels) {
        boolean falls = !levels.isEmpty() && levels.getFirst() == 1000 && levels.getLast() > 0;
        for (int i = 1; i < levels.size(); i++) {
            falls &= levels.get(i) < levels.get(i - 1);
        }
        if (!falls) {
            throw new ConfigException(name + "=" + levels + " must begin with 1000, pure noise, and fall, above 0");
        }
        return List.copyOf(levels);
    }

    /** This plan with other levels. */
    public StudentPlan withLevels(List<Double> all, @Nullable List<Double> first) {
        return new StudentPlan(block, all, first, sink, window);
    }

    /** Levels of the steps of a block. @param begins whether it begins the stream */
    public List<Double> levels(boolean begins) {
        return begins && firstLevels != null ? firstLevels : levels;
    }

    /** Blocks in a clip. @throws ConfigException when it is not a whole number of them */
    public int blocks(int frames) {
        if (frames % block != 0) {
            throw new ConfigException("a clip of " + frames + " latent frames is no whole number of blocks of " + block);
        }
        return frames / block;
    }
}
