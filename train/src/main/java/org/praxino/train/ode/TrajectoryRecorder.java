package org.praxino.train.ode;

import java.util.ArrayList;
import java.util.List;
import org.praxino.diffusion.Ddim;
import org.praxino.diffusion.ModelFunction;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.Step;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/** Runs the deterministic sampler and records the states at given levels. */
final class TrajectoryRecorder {
    private TrajectoryRecorder() {}

    /**
     * @param levels that occur among the steps, the noisiest first
     * @param noise [B, C, T, H, W]
     * @return [B, levels + 1, C, T, H, W], the last being the clean end
     */
    static Tensor record(Process process, List<Step> steps, List<Double> levels, Tensor noise, ModelFunction denoise) {
        var kept = new ArrayList<Tensor>();
        try (var scope = Scope.open("path")) {
            if (levels.contains(steps.getFirst().level())) {
                kept.add(noise.copy().own());
            }
            Ddim.sample(process, steps, noise, denoise, (done, of, x, x0) -> {
                if (done == of || levels.contains(steps.get(done).level())) {
                    kept.add(x.copy().own());
                }
            });
            if (kept.size() != levels.size() + 1) {
                throw new IllegalStateException(kept.size() - 1 + " of the levels " + levels + " lie on the path");
            }
            return scope.keep(Tensor.stack(kept, 1));
        } finally {
            kept.forEach(Tensor::close);
        }
    }
}
