package org.praxino.train.dmd;

import java.util.function.IntToDoubleFunction;

/** FLOPs of distribution matching distillation. */
public final class DmdFlops {
    private DmdFlops() {}

    /**
     * One update of the student and the critic's that follow, for one clip of the student's batch.
     *
     * @param steps of the student for a block
     * @param forward cost of a pass over a clip of so many latent frames
     */
    public static double update(DmdTraining t, int steps, IntToDoubleFunction forward) {
        double make = sample(t, steps);
        double learn = make + 2 + (t.checkpointing() ? make : 0); // backward is twice a pass
        double compare = 1 + (t.score().guidance() == 0 ? 1 : 2);
        return (learn + compare + critic(t, steps, t.critic().ratio())) * mean(t, forward);
    }

    /** The critic's warmup updates, for one clip of the batch. */
    public static double warmup(DmdTraining t, int steps, IntToDoubleFunction forward) {
        return critic(t, steps, t.critic().warmup()) * mean(t, forward);
    }

    private static double critic(DmdTraining t, int steps, int updates) {
        return 3.0 * updates + sample(t, steps) * Math.ceilDiv(updates, t.critic().reuse());
    }

    /** Passes to sample a clip: a roll-out exits at a random step, then caches the block. */
    private static double sample(DmdTraining t, int steps) {
        return switch (t.input()) {
            case REAL -> 1;
            case ROLLOUT -> {
                double length = t.lengths().stream().mapToInt(i -> i).average().orElseThrow();
                double context = t.longRollout() == null ? 0
                        : t.longRollout().probability() * t.longRollout().contextFrames() / length * (steps + 1);
                yield (1 + steps) / 2.0 + 1 + context;
            }
        };
    }

    private static double mean(DmdTraining t, IntToDoubleFunction forward) {
        return t.lengths().stream().mapToDouble(forward::applyAsDouble).average().orElseThrow();
    }
}
