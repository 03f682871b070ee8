package org.praxino.train.ode;

import java.util.ArrayList;
import java.util.List;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Guidance;
import org.praxino.diffusion.Guided;
import org.praxino.diffusion.KvCache;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.Step;
import org.praxino.diffusion.TrainableDenoiser;
import org.praxino.io.Json;
import org.praxino.io.Sha256;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.walt.ProcessConfig;

/**
 * ODE trajectories of a many-step causal model: each block is denoised separately, given the previous clean blocks. The end of a trajectory
 * is then determined by its start and earlier blocks, as for the student (Causal-Forcing, arXiv 2602.02214).
 */
public final class CausalTrajectories implements TrajectorySource {
    private final TrainableDenoiser network;
    private final BlockRollout.Plan causal;
    private final ProcessConfig sampling;
    private final String hash;
    private final List<Double> levels;
    private final int steps;
    private final double guidance;

    /**
     * @param network trained by teacher forcing, not owned
     * @param causal its block, process and how far it sees
     * @param sampling its sampler
     * @param hash which weights these are
     * @param guidance in the usual way of counting, 1 for none
     */
    public CausalTrajectories(TrainableDenoiser network, BlockRollout.Plan causal, ProcessConfig sampling, String hash,
            List<Double> levels, int steps, double guidance) {
        this.network = network;
        this.causal = causal;
        this.sampling = sampling;
        this.hash = hash;
        this.levels = List.copyOf(levels);
        this.steps = steps;
        this.guidance = guidance;
    }

    @Override
    public Tensor sample(Tensor noise, Condition.Text text) {
        int rows = (int) noise.size(0) * (guidance == 1 ? 1 : 2); // both halves of guidance have a past of their own
        try (var guard = Grad.off();
                var scope = Scope.open("causal paths");
                var cache = network.openCache(rows, (int) noise.size(3), (int) noise.size(4), causal.student().sink(), causal.student().window())) {
            var paths = new ArrayList<Tensor>();
            for (int t = 0; t < noise.size(2); t += causal.block()) {
                paths.add(block(noise.narrow(2, t, causal.block()), text, cache));
            }
            return scope.keep(Tensor.cat(paths, 3));
        }
    }

    private Tensor block(Tensor noise, Condition.Text text, KvCache cache) {
        Process process = causal.process();
        List<Step> way = TrajectorySteps.through(sampling, steps, levels);
        var none = Levels.all(0, (int) noise.size(0), (int) noise.size(2));
        var request = DenoiserInput.clips(noise, none, text).withFirstFrame(cache.next());
        Tensor path;
        try (var guided = new Guided(
                network, process, request, new Condition.None(), new Guidance.Constant(guidance), new AttentionPolicy.Cached(cache, false),
                network.selfConditioning())) {
            path = TrajectoryRecorder.record(process, way, levels, noise, guided);
        }
        try (var scope = Scope.open("clean pass")) {
            DenoiserInput clean = request.withNoisy(path.select(1, levels.size()), none);
            network.predict(guidance == 1 ? clean : clean.forGuidance(new Condition.None()), new AttentionPolicy.Cached(cache, true));
        }
        return path;
    }

    @Override
    public String digest() {
        return Sha256.ofText(String.join("\n", "causal", hash, Json.line(levels), steps + " steps", "guidance " + guidance));
    }
}
