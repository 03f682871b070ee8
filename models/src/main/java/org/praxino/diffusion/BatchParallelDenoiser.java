package org.praxino.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.praxino.condition.DenoiserInput;
import org.praxino.tensor.Grad;
import org.praxino.tensor.ParallelThreads;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * A denoiser whose batch is shared out to {@linkplain ParallelThreads lanes}: both halves of guidance at once, each on its own cores. For sampling;
 * on a GPU, where gradients are recorded, or a cache is read or written, the whole batch goes through the network as it is. Equal to that to rounding.
 */
public final class BatchParallelDenoiser implements Denoiser {
    private final Denoiser denoiser;
    private final ParallelThreads lanes;

    /** Neither is owned. */
    public BatchParallelDenoiser(Denoiser denoiser, ParallelThreads lanes) {
        this.denoiser = denoiser;
        this.lanes = lanes;
    }

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        int batch = (int) in.noisy().size(0);
        if (batch < 2 || lanes.count() < 2 || Grad.isOn() || in.noisy().device().isCuda() || policy instanceof AttentionPolicy.Cached) {
            return denoiser.predict(in, policy);
        }
        int parts = Math.min(batch, lanes.count());
        var work = new ArrayList<Callable<Tensor>>();
        for (int p = 0; p < parts; p++) {
            DenoiserInput part = in.rows(batch * p / parts, batch * (p + 1) / parts);
            work.add(() -> {
                try (var off = Grad.off();
                        var scope = Scope.open("lane")) {
                    return denoiser.predict(part, policy).own();
                }
            });
        }
        List<Tensor> all = lanes.run(work);
        try {
            return Tensor.cat(all, 0);
        } finally {
            all.forEach(Tensor::close);
        }
    }

    @Override
    public KvCache openCache(long batch, int height, int width, int sink, int window) {
        return denoiser.openCache(batch, height, width, sink, window);
    }
}
