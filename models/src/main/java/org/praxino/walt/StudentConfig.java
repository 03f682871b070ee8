package org.praxino.walt;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.StudentPlan;
import org.praxino.tensor.ConfigException;

/**
 * A causal few-step transformer as stored in the {@code student} part of a model folder. In files it is one flat object ({@link Flat}).
 *
 * @param network the transformer, with the teacher's shape
 * @param process schedule and prediction
 * @param plan how it generates blocks
 */
public record StudentConfig(WaltConfig network, ProcessConfig process, StudentPlan plan) {
    public StudentConfig {
        if (plan.window() < 1) {
            throw new ConfigException("window=" + plan.window() + " must be 1 or more");
        }
        if (plan.sink() + plan.window() + plan.block() > network.tokens().frames()) {
            throw new ConfigException("sink=" + plan.sink() + ", window=" + plan.window() + " and block=" + plan.block()
                    + " are more than the frames=" + network.tokens().frames() + " that the network was trained on");
        }
    }

    /** The form in files. */
    record Flat(
            WaltConfig network, ProcessConfig process, int block, List<Double> levels, @Nullable List<Double> firstLevels, int sink, int window) {}

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static StudentConfig of(Flat f) {
        return new StudentConfig(f.network, f.process, new StudentPlan(f.block, f.levels, f.firstLevels, f.sink, f.window));
    }

    @JsonValue
    Flat flat() {
        return new Flat(network, process, plan.block(), plan.levels(), plan.firstLevels(), plan.sink(), plan.window());
    }
}
