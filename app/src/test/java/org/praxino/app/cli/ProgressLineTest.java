package org.praxino.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Progress, drawn against a clock that the test moves. */
class ProgressLineTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long now;

    private ProgressLine line(boolean interactive, Duration every) {
        return new ProgressLine(new PrintStream(bytes, true, StandardCharsets.UTF_8), interactive, note -> "steps", every, () -> now);
    }

    private void seconds(double s) {
        now += (long) (s * 1e9);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainLinesComeEveryFewSecondsAndAtTheEnd() {
        try (var p = line(false, Duration.ofSeconds(5))) {
            for (int i = 0; i <= 20; i++) {
                p.update(i, 20, "denoise");
                seconds(0.5);
            }
        }
        assertThat(text().lines()).containsExactly(
                "denoise 1/20 steps, 2.0 steps/s, 10 s left",
                "denoise 11/20 steps, 2.0 steps/s, 5 s left",
                "denoise 20/20 steps, 2.0 steps/s");
    }

    @Test
    void aTerminalLineIsRedrawnInPlace() {
        try (var p = line(true, Duration.ZERO)) {
            p.update(0, 4, "denoise");
            seconds(2);
            p.update(1, 4, "denoise");
        }
        assertThat(text()).isEqualTo("\rdenoise [░░░░░░░░░░░░░░░░░░░░░░░░] 0/4 steps"
                + "\rdenoise [██████░░░░░░░░░░░░░░░░░░] 1/4 steps, 2.0 s each, 6 s left" + System.lineSeparator());
    }

    @Test
    void aShorterLineBlotsOutTheLongerOne() {
        try (var p = line(true, Duration.ZERO)) {
            p.update(0, -1, "reading a long name");
            seconds(1);
            p.update(1, 1, "b");
        }
        assertThat(text()).contains("reading a long name 0 steps" + System.lineSeparator()).contains("\rb [");
    }

    @Test
    void totalsThatAreUnknownAreLeftOut() {
        try (var p = line(false, Duration.ZERO)) {
            p.update(3, -1, "clips");
            seconds(1);
            p.update(7, -1, "clips");
        }
        assertThat(text().lines()).containsExactly("clips 3 steps", "clips 7 steps, 4.0 steps/s");
    }

    @Test
    void theEndIsReportedOnce() {
        try (var p = line(false, Duration.ofSeconds(5))) {
            for (int i = 0; i < 3; i++) {
                p.update(4, 4, "latents");
                seconds(0.1);
            }
            p.update(2, 2, "captions");
        }
        assertThat(text().lines()).containsExactly("latents 4/4 steps", "captions 2/2 steps");
    }

    @Test
    void timesAreSaidAsPeopleDo() {
        assertThat(ProgressLine.time(8.4)).isEqualTo("8 s");
        assertThat(ProgressLine.time(200)).isEqualTo("3 min 20 s");
        assertThat(ProgressLine.time(7500)).isEqualTo("2 h 5 min");
    }
}
