package org.praxino.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.Denoiser;
import org.praxino.stream.timeline.Mix;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextEncoder;
import org.praxino.text.TextStates;

/**
 * Prompts, and places between two prompts, as conditions. A token that only one of the two has fades in or out. The last condition is
 * remembered, so that as long as nothing changes every block is told the very same.
 */
final class Prompts implements AutoCloseable {
    /** Directions closer than this many radians are one. */
    private static final double SAME = 1e-4;

    /** @param states [tokens][width] */
    private record Words(float[][] states) {}

    private final TextEncoder encoder;
    private final Device device;
    private final DType dtype;
    private final Denoiser network;
    private @Nullable Mix told;
    private Condition.@Nullable Text condition; // owned
    private @Nullable Conditioned prepared; // owned

    /** @param encoder remembers prompts; stays the caller's @param network prepares conditions; stays the caller's */
    Prompts(TextEncoder encoder, Denoiser network, Device device, DType dtype) {
        this.encoder = encoder;
        this.network = network;
        this.device = device;
        this.dtype = dtype;
    }

    /** @throws org.praxino.tensor.UserException when the encoder cannot take the prompt */
    void check(String prompt) {
        try (var scope = Scope.open("check prompt")) {
            encoder.encode(List.of(prompt));
        }
    }

    /** Owned here; valid until another one is asked for. */
    Conditioned condition(Mix mix) {
        Conditioned known = prepared;
        if (known != null && mix.equals(told)) {
            return known;
        }
        close();
        try (var scope = Scope.open("condition")) {
            TextStates states = mix.before() == null ? encoder.encode(List.of(mix.prompt())) : pack(words(mix));
            TextStates there = states.to(device, dtype);
            condition = new Condition.Text(there.states().copy().own(), there.mask().copy().own());
        }
        known = network.prepare(condition, 1);
        told = mix;
        prepared = known;
        return known;
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
        told = null;
    }

    private Words words(Mix mix) {
        Words to = unpack(encoder.encode(List.of(mix.prompt())));
        return mix.before() == null ? to : blend(words(mix.before()), to, mix.weight(), mix.path());
    }

    private Words blend(Words from, Words to, double weight, Transition.Path path) {
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
        return new Words(out);
    }

    private static float[] linear(float[] a, float[] b, double first, double second) {
        var out = new float[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (first * a[i] + second * b[i]);
        }
        return out;
    }

    /** Along the arc between the directions, with a length that changes evenly; on a straight line where there is no arc. */
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
        if (angle < SAME || angle > Math.PI - SAME) {
            return linear(a, b, 1 - weight, weight);
        }
        double length = (1 - weight) * na + weight * nb;
        return linear(a, b, length / na * Math.sin((1 - weight) * angle) / Math.sin(angle), length / nb * Math.sin(weight * angle) / Math.sin(angle));
    }

    private static Words unpack(TextStates one) {
        try (var scope = Scope.open("words")) {
            Tensor states = one.unpad().getFirst(); // [S, D]
            int tokens = (int) states.size(0);
            int width = (int) states.size(1);
            float[] all = states.toFloatArray();
            var out = new float[tokens][width];
            for (int t = 0; t < tokens; t++) {
                System.arraycopy(all, t * width, out[t], 0, width);
            }
            return new Words(out);
        }
    }

    private TextStates pack(Words words) {
        int tokens = words.states.length;
        var all = new float[tokens * encoder.width()];
        var present = new float[tokens];
        for (int t = 0; t < tokens; t++) {
            System.arraycopy(words.states[t], 0, all, t * encoder.width(), encoder.width());
            present[t] = 1;
        }
        return new TextStates(Tensor.of(all, 1, tokens, encoder.width()), Tensor.of(present, 1, tokens).to(DType.BOOL));
    }
}
