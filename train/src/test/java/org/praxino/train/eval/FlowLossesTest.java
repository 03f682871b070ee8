package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.condition.Condition;
import org.praxino.diffusion.Denoiser;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextStates;
import org.praxino.walt.ProcessConfig;

@ExtendWith(LeakCheck.class)
class FlowLossesTest {
    private static final int CLIPS = 12;

    /** Clip i is all of one value, c = i, and so is the only token of its caption. */
    private static List<Tensor> latents() {
        var out = new ArrayList<Tensor>();
        for (int i = 0; i < CLIPS; i++) {
            out.add(Tensor.full(i, DType.F32, Device.CPU, 2, 3, 4, 4));
        }
        return out;
    }

    private static TextStates texts() {
        float[] values = new float[CLIPS];
        for (int i = 0; i < CLIPS; i++) {
            values[i] = i;
        }
        return new TextStates(Tensor.of(values, CLIPS, 1, 1), Tensor.ones(DType.BOOL, Device.CPU, CLIPS, 1));
    }

    private static FlowLossReport measure(Denoiser network) {
        return FlowLosses.measure(
                network, new ProcessConfig(ProcessConfig.Family.FLOW, 3, 4, 2).process(), latents(), texts(), Device.CPU, 1, Progress.SILENT);
    }

    /**
     * A denoiser that believes its caption: with x = (1 − t)·c + t·ε the flow ε − c is (x − c)/t. With another's caption it is wrong by
     * (c' − c)/t, and the shuffle is by half the clips.
     */
    @Test
    void theGapIsWhatTheRightCaptionIsWorth() {
        FlowLossReport report = measure((in, policy) -> {
            var text = (Condition.Text) in.condition();
            Tensor c = text.states().mul(text.mask().to(DType.F32).unsqueeze(2)).reshape(-1, 1, 1, 1, 1);
            Tensor t = in.level().tensor(Device.CPU).div(1000).reshape(in.noisy().size(0), 1, in.noisy().size(2), 1, 1);
            return in.noisy().sub(c).div(t);
        });
        assertThat(report.clips()).isEqualTo(CLIPS);
        assertThat(report.bands()).hasSize(5);
        for (int b = 0; b < 5; b++) {
            var band = report.bands().get(b);
            assertThat(band.from()).isEqualTo(200.0 * b);
            assertThat(band.loss()).isLessThan(1e-4);
            double shuffled = 0;
            double without = 0;
            for (int i = 0; i < CLIPS; i++) {
                double t = (band.from() + (i + 0.5) / CLIPS * 200) / 1000;
                int other = (i + CLIPS / 2) % CLIPS;
                shuffled += (other - i) * (other - i) / (t * t) / CLIPS;
                without += i * i / (t * t) / CLIPS;
            }
            assertThat(band.shuffled()).isEqualTo(shuffled, within(1e-3 * shuffled));
            assertThat(band.withoutText()).isEqualTo(without, within(1e-3 * without));
            assertThat(band.gap()).isEqualTo(band.shuffled() - band.loss(), within(1e-9));
        }
    }

    @Test
    void theSameSeedGivesTheSameNumbersAndACaptionThatIsNotReadIsWorthNothing() {
        Denoiser zero = (in, policy) -> in.noisy().mul(0);
        FlowLossReport report = measure(zero);
        assertThat(measure(zero)).isEqualTo(report);
        assertThat(report.bands()).allSatisfy(b -> assertThat(b.gap()).isZero());
    }

    @Test
    void oneClipHasNoOtherCaption() {
        assertThatThrownBy(() -> FlowLosses.measure(
                (in, policy) -> in.noisy(), new ProcessConfig(ProcessConfig.Family.FLOW, 3, 4, 2).process(), latents().subList(0, 1), texts(), Device.CPU, 1,
                Progress.SILENT)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("two are needed");
    }
}
