package org.praxino.train.student;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltConfig;

/**
 * Block length, levels and attention window of a student.
 *
 * @param block latent frames it makes at a time: the shorter, the sooner a prompt shows
 * @param levels at which it is called for a block, from pure noise downwards (1000 .. above 0)
 * @param firstLevels the same for the block that begins a stream; null for {@code levels}
 * @param sink latent frames at the start of a stream that it never forgets
 * @param window latent frames before the block that it sees beside those
 */
public record StudentShape(int block, List<Double> levels, @Nullable List<Double> firstLevels, int sink, int window) {
    public StudentShape {
        levels = List.copyOf(levels);
        firstLevels = firstLevels == null ? null : List.copyOf(firstLevels);
        if (block < 1 || levels.isEmpty() || levels.getFirst() != 1000) {
            throw new ConfigException("block=" + block + " must be positive, and levels=" + levels + " must begin with 1000, pure noise");
        }
        if (firstLevels != null && (firstLevels.isEmpty() || firstLevels.getFirst() != 1000)) {
            throw new ConfigException("firstLevels=" + firstLevels + " must begin with 1000, pure noise");
        }
    }

    /** Of blocks that all take the same steps. */
    public StudentShape(int block, List<Double> levels, int sink, int window) {
        this(block, levels, null, sink, window);
    }

    public static StudentShape of(StudentConfig config) {
        return new StudentShape(config.block(), config.levels(), config.firstLevels(), config.sink(), config.window());
    }

    /** This shape on a network. */
    public StudentConfig on(WaltConfig network, ProcessConfig process) {
        return new StudentConfig(network, process, block, levels, firstLevels, sink, window);
    }

    /** Blocks in a clip. @throws ConfigException when it is not a whole number of them */
    public int blocks(int frames) {
        if (frames % block != 0) {
            throw new ConfigException("a clip of " + frames + " latent frames is no whole number of blocks of " + block);
        }
        return frames / block;
    }
}
