package org.praxino.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.condition.Levels;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Conditioned;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.StudentPlan;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

@ExtendWith(LeakCheck.class)
class BlockRolloutTest {
    private static final WaltConfig CONFIG = new WaltConfig(
            new WaltConfig.TokenGrid(3, 6, 4, 4, 2), new WaltConfig.Width(16, 4, 2, 32, 2),
            new WaltConfig.Windows(2, 2, WaltConfig.TimePosition.ROTARY, WaltConfig.SpacePosition.LEARNED, false, WaltConfig.QkNorm.LAYER),
            new WaltConfig.Text(6, WaltConfig.Cross.SPATIAL, 2, true, false), 0, new WaltConfig.Inputs(false, true, false));
    private static final BlockRollout.Noise NOISE = BlockRollout.Noise.seeded(5);

    private final Map<String, Conditioned> prompts = new HashMap<>();
    private WaltTransformer network;

    @BeforeEach
    void open() {
        network = new WaltTransformer(CONFIG, Params.initialise(3, Device.CPU));
        network.params().all().forEach((name, w) ->
                w.copyFrom(RandomStream.of(5, name).normal(w.shape()).mul(w.dim() > 1 ? 0.2 : 0.1).add(name.endsWith("norm") ? 1 : 0)));
    }

    @AfterEach
    void close() {
        prompts.values().forEach(Conditioned::close);
        network.close();
    }

    private Conditioned conditionOf(String what) {
        return prompts.computeIfAbsent(what, w -> network.prepare(
                new Condition.Text(RandomStream.of(1, w).normal(1, 4, 6), Tensor.of(new float[] {1, 1, 1, 0}, 1, 4)), 1));
    }

    private BlockRollout rollout(int block, int sink, int window, Double... levels) {
        var plan = new BlockRollout.Plan(Process.flow(3), new StudentPlan(block, List.of(levels), sink, window));
        return new BlockRollout(network, plan, new BlockRollout.LatentSize(1, 3, 8, 8), Device.CPU);
    }

    private BlockRollout rollout() {
        return rollout(1, 1, 3, 1000.0, 700.0, 300.0);
    }

    @Test
    void oneStepIsOnePassOverTheCleanPast() {
        try (var rollout = rollout(1, 0, 5, 1000.0)) {
            Conditioned cat = conditionOf("cat");
            var clean = new ArrayList<Tensor>();
            for (int b = 0; b < 4; b++) {
                clean.add(rollout.next(cat, NOISE));
            }
            Tensor noise = Tensor.cat(List.of(NOISE.draw(0, 0, 1, 3, 1, 8, 8), NOISE.draw(1, 0, 1, 3, 1, 8, 8),
                    NOISE.draw(2, 0, 1, 3, 1, 8, 8), NOISE.draw(3, 0, 1, 3, 1, 8, 8)), 2);
            Tensor all = Tensor.cat(clean, 2);
            Levels levels = Levels.all(0, 1, 4).then(Levels.all(1000, 1, 4));
            Tensor predicted = network.predict(
                    DenoiserInput.clips(Tensor.cat(2, all, noise), levels, cat.condition()), new AttentionPolicy.TeacherForced(1)).narrow(2, 4, 4);
            Tensor expected = Process.flow(3).x0(predicted, noise, Levels.all(1000, 1, 4));
            assertThat(all.sub(expected).abs().max().item()).isLessThan(1e-4);
        }
    }

    /** Only the block that begins a stream takes the first levels: not one that follows it, and none after a given picture. */
    @Test
    void theFirstBlockTakesStepsOfItsOwn() {
        var plan = new BlockRollout.Plan(Process.flow(3), new StudentPlan(1, List.of(1000.0, 500.0), List.of(1000.0, 700.0, 300.0), 1, 3));
        try (var both = new BlockRollout(network, plan, new BlockRollout.LatentSize(1, 3, 8, 8), Device.CPU);
                var three = rollout();
                var two = rollout(1, 1, 3, 1000.0, 500.0)) {
            assertThat(both.levels()).containsExactly(1000.0, 700.0, 300.0);
            Tensor first = both.next(conditionOf("cat"), NOISE);
            assertThat(first.sameAs(three.next(conditionOf("cat"), NOISE))).isTrue();
            two.accept(first, conditionOf("cat"));
            assertThat(both.levels()).containsExactly(1000.0, 500.0);
            assertThat(both.next(conditionOf("cat"), NOISE).sameAs(two.next(conditionOf("cat"), NOISE))).isTrue();
            assertThatThrownBy(() -> both.nextForTraining(conditionOf("cat"), NOISE, 2)).isInstanceOf(UserException.class);
        }
    }

    @Test
    void theSameSeedMakesTheSameBlocksAndForksGoTheirOwnWay() {
        try (var one = rollout();
                var two = rollout()) {
            for (int b = 0; b < 6; b++) {
                assertThat(one.next(conditionOf("cat"), NOISE).sameAs(two.next(conditionOf("cat"), NOISE))).isTrue();
            }
            assertThat(one.block()).isEqualTo(6);
            try (var fork = one.copy()) {
                Tensor dog = fork.next(conditionOf("dog"), NOISE);
                Tensor cat = one.next(conditionOf("cat"), NOISE);
                assertThat(dog.sameAs(cat)).isFalse();
                assertThat(two.next(conditionOf("cat"), NOISE).sameAs(cat)).as("untouched by the fork").isTrue();
            }
            assertThat(one.next(conditionOf("cat"), BlockRollout.Noise.seeded(6)).sameAs(two.next(conditionOf("cat"), NOISE))).isFalse();
        }
    }

    @Test
    void aSavedStateContinuesBitEqual() {
        try (var one = rollout();
                var other = rollout();
                var smaller = rollout(1, 1, 2, 1000.0)) {
            for (int b = 0; b < 7; b++) {
                one.next(conditionOf("cat"), NOISE);
            }
            Map<String, Tensor> saved = new HashMap<>();
            one.state().forEach((name, t) -> saved.put(name, t.copy()));
            Tensor next = one.next(conditionOf("cat"), NOISE);
            one.recache(conditionOf("dog"));
            Tensor after = one.next(conditionOf("dog"), NOISE);
            other.restore(saved);
            assertThat(other.block()).isEqualTo(7);
            assertThat(other.next(conditionOf("cat"), NOISE).sameAs(next)).isTrue();
            other.recache(conditionOf("dog"));
            assertThat(other.next(conditionOf("dog"), NOISE).sameAs(after)).isTrue();
            assertThatThrownBy(() -> smaller.restore(saved)).isInstanceOf(UserException.class).hasMessageContaining("does not fit");
            assertThat(smaller.next(conditionOf("cat"), NOISE).isFinite()).isNotNull();
        }
    }

    @Test
    void recachingTheSamePromptInAShortStreamChangesNothing() {
        try (var one = rollout();
                var two = rollout()) {
            for (int b = 0; b < 4; b++) { // all are still held
                one.next(conditionOf("cat"), NOISE);
                two.next(conditionOf("cat"), NOISE);
            }
            two.recache(conditionOf("cat"));
            Tensor a = one.next(conditionOf("cat"), NOISE);
            Tensor b = two.next(conditionOf("cat"), NOISE);
            assertThat(a.sub(b).abs().max().item()).isLessThan(1e-4);
            two.recache(conditionOf("dog"));
            assertThat(two.next(conditionOf("cat"), NOISE).sub(one.next(conditionOf("cat"), NOISE)).abs().max().item()).isGreaterThan(1e-4);
        }
    }

    @Test
    void givenBlocksArePastAndStartsAreResembled() {
        try (var given = rollout();
                var free = rollout();
                var close = rollout(1, 0, 3, 1000.0, 1.0)) {
            Tensor picture = RandomStream.of(8, "picture").normal(1, 3, 1, 8, 8);
            given.accept(picture, conditionOf("cat"));
            free.next(conditionOf("cat"), NOISE);
            assertThat(given.block()).isEqualTo(1);
            assertThat(given.next(conditionOf("cat"), NOISE).sameAs(free.next(conditionOf("cat"), NOISE))).isFalse();
            Tensor near = close.next(conditionOf("cat"), NOISE, new BlockRollout.Start(picture, 1));
            assertThat(near.sub(picture).abs().max().item()).as("a thousandth of noise is left to remove").isLessThan(0.05);
            assertThatThrownBy(() -> close.next(conditionOf("cat"), NOISE, new BlockRollout.Start(picture, 2)))
                    .isInstanceOf(UserException.class).hasMessageContaining("steps 2 to 1");
            assertThatThrownBy(() -> close.accept(picture.narrow(3, 0, 4), conditionOf("cat"))).isInstanceOf(ShapeException.class);
        }
    }

    @Test
    void trainingHasAGradientThroughItsLastStepOnly() {
        network.params().trainable(true);
        try (var rollout = rollout()) {
            Tensor first = rollout.nextForTraining(conditionOf("cat"), NOISE, 1);
            assertThat(first.requiresGrad()).isTrue();
            Tensor second = rollout.nextForTraining(conditionOf("cat"), NOISE, 2);
            second.square().sum().backward();
            assertThat(network.params().all().get("final.out.weight").hasGrad()).isTrue();
            double[] both = {0};
            Tensor gradient = network.params().all().get("final.out.weight").grad().copy();
            first.square().sum().backward(); // a graph of its own, still whole
            both[0] = network.params().all().get("final.out.weight").grad().sub(gradient).abs().sum().item();
            assertThat(both[0]).isPositive();
        }
        try (var training = rollout();
                var serving = rollout()) {
            Tensor a = training.nextForTraining(conditionOf("cat"), NOISE, 2);
            assertThat(a.sub(serving.next(conditionOf("cat"), NOISE)).abs().max().item()).as("the same loop").isLessThan(1e-5);
        }
        network.params().trainable(false);
        network.params().tensors().forEach(Tensor::clearGrad);
    }
}
