package org.praxino.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * Activation checkpointing (Chen et al. 2016, arXiv 1604.06174) for a network of an entry, blocks in a row, and a context that all
 * blocks share: only the blocks' inputs are held, and each block is computed again when its gradient is due.
 */
public final class Checkpointed {
    private Checkpointed() {}

    /** What all blocks get besides their input. */
    public interface Context<C> {
        /** Its tensors that have gradients, always in the same order. */
        List<Tensor> shared();

        /** This context with other tensors in place of {@link #shared}. */
        C withShared(List<Tensor> tensors);
    }

    /** What goes into the first block. */
    public record Entry<C>(Tensor x, C context) {}

    /** A block, or what follows the last one. */
    @FunctionalInterface
    public interface Block<C> {
        Tensor forward(Tensor x, C context);
    }

    /**
     * Accumulates gradients of the weights.
     *
     * @param entry computes the first block's input and the context; called twice
     * @param blocks in order, the last one giving the output
     * @param gradient of the output
     */
    public static <C extends Context<C>> void backward(Supplier<Entry<C>> entry, List<Block<C>> blocks, Tensor gradient) {
        try (var scope = Scope.open("checkpointed")) {
            var inputs = new ArrayList<Tensor>(); // of each block
            List<Tensor> leaves; // where the gradients of what is shared add up
            C detached;
            try (var off = Grad.off()) {
                Entry<C> first = entry.get();
                inputs.add(first.x);
                for (Block<C> block : blocks.subList(0, blocks.size() - 1)) {
                    inputs.add(block.forward(inputs.getLast(), first.context));
                }
                leaves = first.context.shared().stream().map(t -> t.detach().requiresGrad(true)).toList();
                detached = first.context.withShared(leaves);
            }
            Tensor due = gradient;
            for (int i = blocks.size() - 1; i >= 0; i--) {
                Block<C> block = blocks.get(i);
                Tensor input = inputs.removeLast();
                due = gradient(input, due, x -> block.forward(x, detached));
                input.close();
            }
            Entry<C> again = entry.get();
            Tensor sum = again.x.mul(due).sum();
            List<Tensor> shared = again.context.shared();
            for (int i = 0; i < shared.size(); i++) {
                if (leaves.get(i).hasGrad()) {
                    sum = sum.add(shared.get(i).mul(leaves.get(i).grad()).sum());
                }
            }
            sum.backward();
        }
    }

    /** Gradient of {@code input}, that of the output being {@code due}. */
    private static Tensor gradient(Tensor input, Tensor due, UnaryOperator<Tensor> pass) {
        try (var scope = Scope.open("block again")) {
            Tensor leaf = input.detach().requiresGrad(true);
            pass.apply(leaf).backward(due);
            return scope.keep(leaf.grad());
        }
    }
}
