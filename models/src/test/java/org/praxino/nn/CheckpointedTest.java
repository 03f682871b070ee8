package org.praxino.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.Gradients;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class CheckpointedTest {
    private record Scale(Tensor scale, Tensor unused) implements Checkpointed.Context<Scale> {
        @Override
        public List<Tensor> shared() {
            return List.of(scale, unused);
        }

        @Override
        public Scale withShared(List<Tensor> t) {
            return new Scale(t.get(0), t.get(1));
        }
    }

    /** Weights of the entry, of a block and of what all blocks share. */
    @Test
    void gradientsAreThoseOfOneGraph() {
        RandomStream random = RandomStream.of(1, "checkpointed");
        List<Tensor> weights = List.of(
                random.normal(6, 6).requiresGrad(true), random.normal(6, 6).requiresGrad(true), random.normal(1, 6).requiresGrad(true),
                random.normal(1, 6).requiresGrad(true));
        Tensor x = random.normal(20, 6);
        Tensor due = random.normal(20, 6);
        List<Checkpointed.Block<Scale>> blocks = List.of(
                (h, c) -> h.matmul(weights.get(1)).tanh().mul(c.scale), (h, c) -> h.add(h.square().mul(c.scale)));
        java.util.function.Supplier<Checkpointed.Entry<Scale>> entry = () -> new Checkpointed.Entry<>(
                x.matmul(weights.get(0)).tanh(), new Scale(weights.get(2).tanh(), weights.get(3).tanh()));

        Checkpointed.Entry<Scale> whole = entry.get();
        blocks.get(1).forward(blocks.get(0).forward(whole.x(), whole.context()), whole.context()).backward(due);
        List<Tensor> expected = weights.subList(0, 3).stream().map(w -> w.grad().copy()).toList();
        Gradients.clear(weights);
        Checkpointed.backward(entry, blocks, due);
        for (int i = 0; i < 3; i++) {
            assertThat(weights.get(i).grad().sub(expected.get(i)).abs().max().item()).as("weight " + i).isLessThan(1e-4);
        }
        assertThat(weights.get(3).hasGrad()).as("what no block uses").isFalse();
    }
}
