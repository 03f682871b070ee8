package org.praxino.train.dmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.condition.Levels;
import org.praxino.diffusion.Process;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/** The gradient against formulas written out by hand, number by number. */
@ExtendWith(LeakCheck.class)
class DmdGradientTest {
    @Test
    void isTheNormalisedDifferenceOfEstimates() {
        try (var scope = Scope.open("test")) {
            Tensor x = Tensor.of(new float[] {1, 2, -1, 0.5f}, 2, 1, 2, 1, 1).requiresGrad(true);
            Tensor fake = Tensor.of(new float[] {0.5f, 1, 0, 0}, 2, 1, 2, 1, 1);
            Tensor cond = Tensor.of(new float[] {0, 3, -2, 1}, 2, 1, 2, 1, 1);
            Tensor uncond = Tensor.of(new float[] {0.5f, 2, -1, 1}, 2, 1, 2, 1, 1);
            Tensor real = DmdGradient.guided(cond, uncond, 2); // -1, 5, -4, 1
            Tensor g = DmdGradient.of(x, fake, real);
            double first = (2 + 3) / 2.0;
            double second = (3 + 0.5) / 2.0;
            assertThat(g.toFloatArray())
                    .containsExactly(new float[] {
                        (float) (1.5 / first), (float) (-4 / first), (float) (4 / second), (float) (-1 / second)
                    }, within(1e-6f));
            assertThat(g.requiresGrad()).isFalse();
            Tensor loss = DmdGradient.surrogate(x, g);
            float[] values = g.toFloatArray();
            double square = 0;
            for (float v : values) {
                square += v * v;
            }
            assertThat(loss.item()).isCloseTo(0.5 * square / 4, within(1e-7));
            loss.backward();
            for (int i = 0; i < 4; i++) {
                assertThat(x.grad().toFloatArray()[i]).isCloseTo(values[i] / 4, within(1e-6f));
            }
        }
    }

    /** On either process it points where the difference of scores of CausVid eq. 4 does: −(s_real − s_fake). */
    @Test
    void pointsAlongTheDifferenceOfScoresOnEveryProcess() {
        for (Process process : new Process[] {Process.walt(), Process.flow(3)}) {
            try (var scope = Scope.open("test")) {
                var random = RandomStream.of(1, "scores");
                Tensor x0 = random.normal(1, 2, 2, 2, 2);
                Tensor saidReal = random.normal(1, 2, 2, 2, 2);
                Tensor saidFake = random.normal(1, 2, 2, 2, 2);
                double level = 700;
                Tensor x = process.noisy(x0, random.normal(1, 2, 2, 2, 2), Levels.all(level, 1, 2));
                double sigma = process.schedule().sigma(level);
                double alpha = process.schedule().alpha(level);
                // score = −eps/σ (eq. 3)
                Tensor scores = process.eps(saidFake, x, level).sub(process.eps(saidReal, x, level)).div(-sigma); // fake − real
                Tensor g = DmdGradient.of(x0, process.x0(saidFake, x, level), process.x0(saidReal, x, level));
                Tensor far = x0.sub(process.x0(saidReal, x, level)).abs().mean();
                double factor = alpha / (sigma * sigma) * far.item();
                float[] wanted = scores.toFloatArray();
                float[] got = g.mul(factor).toFloatArray();
                for (int i = 0; i < wanted.length; i++) {
                    assertThat(got[i]).isCloseTo(wanted[i], within(1e-4f * Math.max(1, Math.abs(wanted[i]))));
                }
            }
        }
    }

    @Test
    void isNothingWhereTheTeacherAgreesAlready() {
        try (var scope = Scope.open("test")) {
            Tensor x = Tensor.of(new float[] {1, 2}, 1, 2);
            assertThat(DmdGradient.of(x, Tensor.of(new float[] {0, 0}, 1, 2), x).toFloatArray()).containsExactly(0, 0);
            assertThat(DmdGradient.of(x, Tensor.of(new float[] {Float.NaN, 1}, 1, 2), x.add(1)).toFloatArray()).containsExactly(0, -2);
        }
    }
}
