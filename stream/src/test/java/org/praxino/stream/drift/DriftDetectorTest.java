package org.praxino.stream.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.praxino.media.Frame;
import org.praxino.tensor.UserException;

/** Pictures that lose sharpness, colour or motion on purpose are found, and those that do not are left alone. */
class DriftDetectorTest {
    /** Frames of a coloured checkerboard that moves a pixel a frame. @param contrast 1 as it is @param colour 1 as it is, 0 grey */
    private static List<Frame> block(int number, double contrast, double colour, boolean moves) {
        var frames = new ArrayList<Frame>();
        for (int t = 0; t < 4; t++) {
            int shift = moves ? number * 4 + t : 0;
            var data = new byte[128 * 128 * 3];
            for (int y = 0, i = 0; y < 128; y++) {
                for (int x = 0; x < 128; x++, i += 3) {
                    boolean light = ((x + shift) / 4 + y / 4) % 2 == 0;
                    double value = 128 + (light ? 90 : -90) * contrast;
                    for (int c = 0; c < 3; c++) {
                        data[i + c] = (byte) Math.clamp(Math.round(value + (c == 0 ? 60 : -30) * colour), 0, 255);
                    }
                }
            }
            frames.add(new Frame(128, 128, 3, data));
        }
        return frames;
    }

    private static List<Long> alarms(DriftDetector guard, java.util.function.IntFunction<List<Frame>> stream, int blocks) {
        var found = new ArrayList<Long>();
        for (int i = 0; i < blocks; i++) {
            if (guard.measure(stream.apply(i)).alarm()) {
                found.add((long) i);
            }
        }
        return found;
    }

    @Test
    void aSteadyStreamRaisesNoAlarm() {
        assertThat(alarms(new DriftDetector(DriftOptions.DEFAULT), i -> block(i, 1, 1, true), 100)).isEmpty();
    }

    @Test
    void findsWhatIsLost() {
        assertThat(alarms(new DriftDetector(DriftOptions.DEFAULT), i -> block(i, Math.max(0.1, 1 - i / 40.0), 1, true), 60)).as("sharpness").isNotEmpty();
        assertThat(alarms(new DriftDetector(DriftOptions.DEFAULT), i -> block(i, 1, Math.max(0, 1 - i / 40.0), true), 60)).as("saturation").isNotEmpty();
        assertThat(alarms(new DriftDetector(DriftOptions.DEFAULT), i -> block(i, 1, 1, i < 20), 60)).as("motion").isNotEmpty();
    }

    @Test
    void measuresAreWhatTheySay() {
        var guard = new DriftDetector(DriftOptions.DEFAULT);
        Drift grey = guard.measure(block(0, 1, 0, false)).drift();
        assertThat(grey.saturation()).isZero();
        assertThat(grey.motion()).isZero();
        assertThat(grey.colourSimilarity()).isEqualTo(1);
        Drift coloured = guard.measure(block(0, 1, 1, false)).drift();
        assertThat(coloured.saturation()).isBetween(0.2, 0.4);
        Drift flat = guard.measure(List.of(Frame.filled(128, 128, new org.praxino.media.Rgb(9, 9, 9)))).drift();
        assertThat(flat.sharpness()).isZero();
        assertThat(flat.motion()).isPositive();
    }

    @Test
    void coolsDownAfterAnAlarmAndResetsTheAnchor() {
        var guard = new DriftDetector(new DriftOptions(1, 2, 10));
        var found = alarms(guard, i -> block(i, i < 5 ? 1 : 0.1, 1, true), 40);
        assertThat(found.get(1) - found.get(0)).isEqualTo(11);
        guard.resetAnchor(3);
        assertThat(alarms(guard, i -> block(i, i < 3 ? 1 : 0.1, 1, true), 40)).as("what settles is not the anchor").isEmpty();
    }

    @Test
    void goesOnFromItsMemory() {
        var one = new DriftDetector(DriftOptions.DEFAULT);
        alarms(one, i -> block(i, 1, 1, true), 7);
        var other = new DriftDetector(DriftOptions.DEFAULT, one.state());
        assertThat(other.measure(block(7, 0.5, 1, true))).isEqualTo(one.measure(block(7, 0.5, 1, true)));
    }

    @Test
    void refusesThresholdsThatMeanNothing() {
        assertThatThrownBy(() -> new DriftOptions(0, 4, 4)).isInstanceOf(UserException.class).hasMessageContaining("must all be above 0");
    }
}
