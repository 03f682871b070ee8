package org.praxino.train.tokenizer;

import java.util.Map;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * LeCam regularisation (Tseng et al. 2021, arXiv 2104.03310): real logits are drawn to the running mean of fake ones and the other way
 * round, mean relu(D(x) − a_f)² + mean relu(a_r − D(x̂))² as MAGVIT's code has it. Owns the two means, which start at 0.
 */
final class LeCam implements AutoCloseable {
    private static final String REAL = "lecam.real";
    private static final String FAKE = "lecam.fake";

    private final double decay;
    private final Tensor real = Tensor.zeros(DType.F32, Device.CPU, 1).own();
    private final Tensor fake = Tensor.zeros(DType.F32, Device.CPU, 1).own();

    LeCam(double decay) {
        this.decay = decay;
    }

    /** @param onReal logits [B] @param onFake logits [B'] @return a scalar */
    Tensor penalty(Tensor onReal, Tensor onFake) {
        Tensor first = onReal.sub(fake.to(onReal.device())).relu().square().mean();
        return first.add(real.to(onFake.device()).sub(onFake).relu().square().mean());
    }

    /** Moves the means toward those of these logits. */
    void update(Tensor onReal, Tensor onFake) {
        try (var guard = Grad.off();
                var scope = Scope.open("LeCam.update")) {
            real.lerpInPlace(onReal.detach().to(DType.F32).mean().reshape(1).to(Device.CPU), 1 - decay);
            fake.lerpInPlace(onFake.detach().to(DType.F32).mean().reshape(1).to(Device.CPU), 1 - decay);
        }
    }

    Map<String, Tensor> state() {
        return Map.of(REAL, real, FAKE, fake);
    }

    void restore(WeightSource state) {
        try (var guard = Grad.off();
                var scope = Scope.open("LeCam.restore")) {
            real.copyFrom(state.read(REAL));
            fake.copyFrom(state.read(FAKE));
        }
    }

    @Override
    public void close() {
        real.close();
        fake.close();
    }
}
