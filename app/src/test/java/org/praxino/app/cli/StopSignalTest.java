package org.praxino.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every command ends within seconds of a signal, whatever it is doing. */
class StopSignalTest {
    /** Work that never looks whether it should stop. */
    static final class DeafProcess {
        public static void main(String[] args) {
            StopSignal.onSignals();
            System.out.println("at work");
            System.out.flush();
            while (true) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void workThatDoesNotListenIsEnded() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), DeafProcess.class.getName())
                .redirectErrorStream(true).start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("at work");
            long begun = System.nanoTime();
            process.toHandle().destroy(); // leaves what it says open
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ended").isTrue();
            assertThat(System.nanoTime() - begun).isLessThan(15_000_000_000L);
            assertThat(process.inputReader().readLine()).contains("did not stop within 8 s");
        } finally {
            process.destroyForcibly();
        }
    }
}
