package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * The few steps of a distilled flow model (CausVid, arXiv 2412.07772, algorithm 2; Self-Forcing, arXiv 2506.08009): at each, the clean
 * latent is predicted and noised again to the next level. A published list is read through the {@link FlowTable} the model was distilled
 * with, so a step has its timestep and the σ of the nearest entry.
 *
 * @param steps falling
 */
public record FewSteps(List<Point> steps) {
    /** @param timestep input of the network @param sigma share of noise */
    public record Point(double timestep, double sigma) {}

    public FewSteps {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new UserException("a list of sampling steps must not be empty");
        }
    }

    /** CausVid's released model: 1000, 757, 522 under shift 8. */
    public static FewSteps causVid() {
        return of(FlowTable.published(8), 1000, 757, 522, 0);
    }

    /** CausVid with four warped steps: 1000, 750, 500, 250 under shift 8. */
    public static FewSteps causVidWarped() {
        return warped(FlowTable.published(8), 1000, 750, 500, 250, 0);
    }

    /** Self-Forcing, and LongLive after it: 1000, 750, 500, 250 under shift 5, warped. */
    public static FewSteps selfForcing() {
        return warped(FlowTable.published(5), 1000, 750, 500, 250);
    }

    /** Timesteps as they are; a 0 at the end, which configurations carry for training, is dropped. */
    public static FewSteps of(FlowTable table, double... timesteps) {
        var out = new ArrayList<Point>();
        for (double t : withoutZero(timesteps)) {
            out.add(new Point(t, table.sigmaAt(t)));
        }
        return new FewSteps(out);
    }

    /** Even timesteps moved by the table's shift: t becomes the table's entry number size − t. */
    public static FewSteps warped(FlowTable table, double... timesteps) {
        var out = new ArrayList<Point>();
        for (double t : withoutZero(timesteps)) {
            int index = (int) Math.rint(table.size() - t);
            if (index < 0 || index >= table.size()) {
                throw new UserException("step " + t + " lies outside 1 .. " + table.size());
            }
            out.add(new Point(table.timestep(index), table.sigma(index)));
        }
        return new FewSteps(out);
    }

    private static double[] withoutZero(double[] timesteps) {
        int n = timesteps.length;
        return n > 0 && timesteps[n - 1] == 0 ? java.util.Arrays.copyOf(timesteps, n - 1) : timesteps;
    }

    /** Timestep of each step. */
    public List<Double> timesteps() {
        return steps.stream().map(Point::timestep).toList();
    }

    /** Standard normal noise of a shape for a step. */
    @FunctionalInterface
    public interface Fresh {
        Tensor draw(int step, long... shape);
    }

    /**
     * @param noise the start, standard normal, [B, C, T, H, W]
     * @param denoise predicts the velocity {@code eps − x0}
     * @return the clean latent, in the caller's scope
     */
    public Tensor sample(Tensor noise, ModelFunction denoise, Fresh fresh, StepListener listener) {
        try (var guard = Grad.off()) {
            Tensor x = noise;
            for (int i = 0; i < steps.size(); i++) {
                Tensor next;
                try (var scope = Scope.open("sampling step")) {
                    double sigma = steps.get(i).sigma();
                    Tensor clean = Prediction.FLOW.x0(denoise.predict(x, steps.get(i).timestep(), i), x, 1 - sigma, sigma);
                    next = clean;
                    if (i + 1 < steps.size()) {
                        double after = steps.get(i + 1).sigma();
                        Tensor eps = fresh.draw(i + 1, x.shape()).to(x.device()).to(x.dtype());
                        next = Prediction.apply(new Prediction.Form(1 - after, after), clean, eps);
                    }
                    listener.stepped(i + 1, steps.size(), next, clean);
                    scope.keep(next);
                }
                if (x != noise) {
                    x.close();
                }
                x = next;
            }
            return x;
        }
    }
}
