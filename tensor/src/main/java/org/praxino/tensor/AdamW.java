package org.praxino.tensor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;

/**
 * AdamW (Loshchilov and Hutter 2019) over libtorch's fused kernel. Its moments are named tensors that are part of checkpoints, so that
 * resuming is bit-exact.
 */
public final class AdamW implements AutoCloseable {
    /** @param decay decoupled weight decay, applied to weights of two or more dimensions only */
    public record Settings(double beta1, double beta2, double eps, double decay) {
        public Settings {
            if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
                throw new ConfigException("betas " + beta1 + ", " + beta2 + " must lie in [0, 1)");
            }
            if (!(eps > 0) || decay < 0) {
                throw new ConfigException("eps=" + eps + " must be positive and decay=" + decay + " not negative");
            }
        }
    }

    private record State(Tensor weight, Tensor mean, Tensor square, Tensor step) {}

    private final Settings settings;
    private final Map<String, State> states = new LinkedHashMap<>();
    private long steps;

    public AdamW(Params params, Settings settings) {
        this(params.all(), settings);
    }

    /** @param weights by name, not owned */
    public AdamW(Map<String, Tensor> weights, Settings settings) {
        this.settings = settings;
        try (var guard = Grad.off();
                var scope = Scope.open("adamw")) {
            weights.forEach((name, w) -> states.put(
                    name,
                    new State(
                            w,
                            Tensor.zeros(DType.F32, w.device(), w.shape()).own(),
                            Tensor.zeros(DType.F32, w.device(), w.shape()).own(),
                            Tensor.zeros(DType.F32, w.device()).own())));
        }
    }

    /** One update with the accumulated gradients; weights without one stay as they are. */
    public void step(double learningRate) {
        steps++;
        step(learningRate, true);
        step(learningRate, false);
    }

    private void step(double learningRate, boolean decayed) {
        List<State> some = states.values().stream()
                .filter(s -> (s.weight.dim() >= 2) == decayed && s.weight.hasGrad())
                .toList();
        if (some.isEmpty()) {
            return;
        }
        try (var guard = Grad.off();
                var strays = new PointerScope()) {
            OperatorHandle op = Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", "");
            some.forEach(s -> s.step.fillInPlace(steps)); // the kernel wants the count with this step
            var stack = new IValueVector();
            push(stack, list(some, State::weight));
            push(stack, list(some, s -> s.weight.grad()));
            push(stack, list(some, State::mean));
            push(stack, list(some, State::square));
            push(stack, list(List.of(), State::mean));
            push(stack, list(some, State::step));
            for (double v : new double[] {
                learningRate, settings.beta1, settings.beta2, decayed ? settings.decay : 0, settings.eps
            }) {
                push(stack, new IValue(v));
            }
            push(stack, new IValue(false)); // amsgrad
            push(stack, new IValue(false)); // maximize
            push(stack, new IValue()); // grad_scale
            push(stack, new IValue()); // found_inf
            op.callBoxed(stack);
        }
    }

    private static void push(IValueVector stack, IValue value) {
        stack.push_back(value);
    }

    private static IValue list(List<State> states, java.util.function.Function<State, Tensor> part) {
        var list = new GenericList(new Type.TypePtr(TensorType.get()));
        states.forEach(s -> list.push_back(new IValue(part.apply(s).raw())));
        return new IValue(list);
    }

    /** Moments by weight name, for a checkpoint: {@code NAME.mean} and {@code NAME.square}. */
    public Map<String, Tensor> state() {
        var out = new LinkedHashMap<String, Tensor>();
        states.forEach((name, s) -> {
            out.put(name + ".mean", s.mean);
            out.put(name + ".square", s.square);
        });
        return out;
    }

    public long steps() {
        return steps;
    }

    /** Takes the moments of a checkpoint. */
    public void restore(WeightSource source, long steps) {
        this.steps = steps;
        try (var guard = Grad.off();
                var scope = Scope.open("adamw.restore")) {
            state().forEach((name, t) -> t.copyFrom(source.read(name)));
        }
    }

    @Override
    public void close() {
        states.values().forEach(s -> {
            s.mean.close();
            s.square.close();
            s.step.close();
        });
        states.clear();
    }
}
