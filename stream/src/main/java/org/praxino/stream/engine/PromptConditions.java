package org.praxino.stream.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.Denoiser;
import org.praxino.stream.timeline.PromptBlend;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextEncoder;
import org.praxino.text.TextStates;

/**
 * Encodes prompts, and blends of prompts, as conditions. Tokens present in only one of two prompts fade in or out. The last condition is
 * cached, so that unchanged prompts give the identical tensor for every block.
 */
final class PromptConditions implements AutoCloseable {
    /** Vectors at a smaller angle, in radians, are interpolated linearly. */
    private static final double MIN_ANGLE = 1e-4;

    /** @param states [tokens][width] */
    private record TokenStates(float[][] states) {}

    private final TextEncoder encoder;
    private final Device device;
    private final DType dtype;
    private final Denoiser network;
    private @Nullable PromptBlend current;
    private Condition.@Nullable Text condition; // owned
    private @Nullable Conditioned prepared; // owned

    /** @param encoder caches prompts @param network prepares conditions; both owned by the caller */
    PromptConditions(TextEncoder encoder, Denoiser network, Device device, DType dtype) {
        this.encoder = encoder;
        this.network = network;
        this.device = device;
        this.dtype = dtype;
    }

    /** @throws org.praxino.tensor.UserException if the encoder rejects the prompt */
    void check(String prompt) {
        try (var scope = Scope.open("check prompt")) {
            encoder.encode(List.of(prompt));
        }
    }

    /** The condition for a blend. Owned here and valid until the next call. */
    Conditioned condition(PromptBlend blend) {
        Conditioned cached = prepared;
        if (cached != null && blend.equals(current)) {
            return cached;
        }
        close();
        try (var scope = Scope.open("condition")) {
            TextStates states = blend.before() == null ? encoder.encode(List.of(blend.prompt())) : pack(tokenStates(blend));
            TextStates onDevice = states.to(device, dtype);
            condition = new Condition.Text(onDevice.states().copy().own(), onDevice.mask().copy().own());
        }
        cached = network.prepare(condition, 1);
        current = blend;
        prepared = cached;
        return cached;
    }

    @Override
    public void close() {
        if (prepared != null) {
            prepared.close();
            prepared = null;
        }
        if (condition != null) {
            condition.states().close();
            condition.mask().close();
            condition = null;
        }
        current = null;
    }

    private TokenStates tokenStates(PromptBlend blend) {
        TokenStates to = unpack(encoder.encode(List.of(blend.prompt())));
        return blend.before() == null ? to : blend(tokenStates(blend.before()), to, blend.weight(), blend.path());
    }

    private TokenStates blend(TokenStates from, TokenStates to, double weight, Transition.Path path) {
        int tokens = Math.max(from.states.length, to.states.length);
        var out = new float[tokens][];
        for (int t = 0; t < tokens; t++) {
            float[] a = t < from.states.length ? from.states[t] : new float[encoder.width()];
            float[] b = t < to.states.length ? to.states[t] : new float[encoder.width()];
            out[t] = switch (path) {
                case LINEAR -> linear(a, b, 1 - weight, weight);
                case SPHERICAL -> spherical(a, b, weight);
            };
        }
        return new TokenStates(out);
    }

    private static float[] linear(float[] a, float[] b, double first, double second) {
        var out = new float[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (first * a[i] + second * b[i]);
        }
        return out;
    }

    /** Spherical interpolation (slerp) with linearly interpolated length; linear when the vectors are parallel. */
    static float[] spherical(float[] a, float[] b, double weight) {
        double dot = 0;
        double na = 0;
        double nb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            na += (double) a[i] * a[i];
            nb += (double) b[i] * b[i];
        }
        na = Math.sqrt(na);
        nb = Math.sqrt(nb);
        double angle = na == 0 || nb == 0 ? 0 : Math.acos(Math.clamp(dot / (na * nb), -1, 1));
        if (angle < MIN_ANGLE || angle > Math.PI - MIN_ANGLE) {
            return linear(a, b, 1 - weight, weight);
        }
        double length = (1 - weight) * na + weight * nb;
        return linear(a, b, length / na * Math.sin((1 - weight) * angle) / Math.sin(angle), length / nb * Math.sin(weight * angle) / Math.sin(angle));
    }

    private static TokenStates unpack(TextStates one) {
        try (var scope = Scope.open("words")) {
            Tensor states = one.unpad().getFirst(); // [S, D]
            int tokens = (int) states.size(0);
            int width = (int) states.size(1);
            float[] all = states.toFloatArray();
            var out = new float[tokens][width];
            for (int t = 0; t < tokens; t++) {
                System.arraycopy(all, t * width, out[t], 0, width);
            }
            return new TokenStates(out);
        }
    }

    private TextStates pack(TokenStates states) {
        int tokens = states.states.length;
        var all = new float[tokens * encoder.width()];
        var present = new float[tokens];
        for (int t = 0; t < tokens; t++) {
            System.arraycopy(states.states[t], 0, all, t * encoder.width(), encoder.width());
            present[t] = 1;
        }
        return new TextStates(Tensor.of(all, 1, tokens, encoder.width()), Tensor.of(present, 1, tokens).to(DType.BOOL));
    }
}
