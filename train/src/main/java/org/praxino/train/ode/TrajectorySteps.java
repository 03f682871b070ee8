package org.praxino.train.ode;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.praxino.diffusion.Step;
import org.praxino.walt.ProcessConfig;

/** Sampler steps that include given levels. */
final class TrajectorySteps {
    private TrajectorySteps() {}

    /** The {@code count} steps of the process, with the levels that are not among theirs put in between. */
    static List<Step> through(ProcessConfig process, int count, List<Double> levels) {
        var stops = new TreeSet<Double>(Collections.reverseOrder());
        stops.addAll(levels);
        for (Step s : process.sampling(count)) {
            if (levels.stream().noneMatch(l -> Math.abs(l - s.level()) < 1e-6)) {
                stops.add(s.level());
            }
        }
        var all = new ArrayList<>(stops);
        all.add(0.0);
        var steps = new ArrayList<Step>();
        for (int i = 0; i + 1 < all.size(); i++) {
            steps.add(new Step(all.get(i), all.get(i + 1)));
        }
        return List.copyOf(steps);
    }
}
