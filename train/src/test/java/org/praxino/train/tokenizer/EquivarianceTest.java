package org.praxino.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;

@ExtendWith(LeakCheck.class)
class EquivarianceTest {
    private static final Tensor SQUARE = Tensor.of(new float[] {1, 2, 3, 4}, 1, 1, 1, 2, 2); // [[1, 2], [3, 4]]

    @Test
    void turnsAreThoseOfTheWholePicture() {
        assertThat(turned(0)).containsExactly(1, 2, 3, 4);
        assertThat(turned(1)).containsExactly(2, 4, 1, 3); // counter-clockwise
        assertThat(turned(2)).containsExactly(4, 3, 2, 1);
        assertThat(turned(3)).containsExactly(3, 1, 4, 2);
    }

    private static float[] turned(int turns) {
        return new EquivarianceTraining.Transform(2, turns).apply(SQUARE, 1).toFloatArray();
    }

    /** What is decoded from a treated latent and what it is compared with have the same place and size. */
    @Test
    void latentAndPictureAreTreatedAlike() {
        Tensor latent = RandomStream.of(1, "latent").normal(2, 3, 2, 8, 8);
        Tensor picture = latent.repeat(1, 1, 1, 4, 4).reshape(2, 3, 2, 32, 32); // another picture of the same shape ratio
        var transform = new EquivarianceTraining.Transform(4, 1);
        assertThat(transform.apply(latent, 1).shape()).containsExactly(2, 3, 2, 4, 4);
        assertThat(transform.apply(picture, 4).shape()).containsExactly(2, 3, 2, 16, 16);
        // Half the size is the average of squares of four: frames and channels stay apart.
        Tensor half = new EquivarianceTraining.Transform(4, 0).apply(latent, 1);
        Tensor mean = latent.reshape(2, 3, 2, 4, 2, 4, 2).mean(false, 4, 6);
        assertThat(half.sub(mean).abs().max().item()).isLessThan(1e-6);
    }

    @Test
    void everyDrawChangesSomething() {
        var config = new EquivarianceTraining(1, List.of(1.0, 0.5));
        var seen = new HashSet<EquivarianceTraining.Transform>();
        for (int i = 0; i < 200; i++) {
            seen.add(config.draw(RandomStream.of(i, "draw"), 8));
        }
        assertThat(seen).hasSize(7).doesNotContain(new EquivarianceTraining.Transform(8, 0));
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> new EquivarianceTraining(0, List.of(1.0))).isInstanceOf(ConfigException.class).hasMessageContaining("probability=0.0");
        assertThatThrownBy(() -> new EquivarianceTraining(0.5, List.of(1.5))).isInstanceOf(ConfigException.class).hasMessageContaining("1.5");
        assertThatThrownBy(() -> new EquivarianceTraining(0.5, List.of())).isInstanceOf(ConfigException.class);
    }
}
