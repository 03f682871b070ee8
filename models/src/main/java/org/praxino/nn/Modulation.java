package org.praxino.nn;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Tensor;

/**
 * Adaptive layer norm with a gate (adaLN-Zero; Peebles and Xie 2023, DiT, section 3.2). All parts broadcast to the tokens.
 *
 * @param shift β
 * @param scale 1 + γ
 * @param gate α, or null where there is no residual stream to add to; then {@link #gate} fails
 */
public record Modulation(Tensor shift, Tensor scale, @Nullable Tensor gate) {
    /** From the network's numbers. @param scale γ */
    public static Modulation of(Tensor shift, Tensor scale, @Nullable Tensor gate) {
        return new Modulation(shift, scale.add(1), gate);
    }

    @Override
    public Tensor gate() {
        return Objects.requireNonNull(gate);
    }

    /** (1 + γ)·norm(x) + β. */
    public Tensor apply(Tensor x, double eps) {
        return shift.addProduct(Ops.layerNorm(x, null, null, eps).as(x.dtype()), scale);
    }

    /** All parts, in the order of {@link #from}. */
    public List<Tensor> parts() {
        return gate == null ? List.of(shift, scale) : List.of(shift, scale, gate);
    }

    /** @param parts of {@link #parts}; more may follow @param at where they begin @param gated whether there is a gate */
    public static Modulation from(List<Tensor> parts, int at, boolean gated) {
        return new Modulation(parts.get(at), parts.get(at + 1), gated ? parts.get(at + 2) : null);
    }
}
