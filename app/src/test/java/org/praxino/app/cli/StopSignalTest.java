package org.praxino.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A signal ends every command, whatever it is doing. */
class StopSignalTest {
    /** Work that never looks whether it should stop. */
    static final class DeafProcess {
        public static void main(String[] args) {
            StopSignal stop = StopSignal.onSignals(Console.standard());
            if (args.length > 0) {
                stop.needs(Duration.ofSeconds(Long.parseLong(args[0])));
            }
            System.out.println("at work");
            System.out.flush();
            while (true) {
                java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
            }
        }
    }

    @Test
    void aSecondSignalEndsWorkThatDoesNotListen() throws Exception {
        Process process = new ProcessBuilder("env", "--default-signal=INT,TERM", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), DeafProcess.class.getName())
                .redirectErrorStream(true).start();
        try (var said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("at work");
            signal(process, "INT");
            assertThat(said.readLine()).as("at once").isEqualTo("praxino: stopping …");
            signal(process, "INT");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ended").isTrue();
            assertThat(said.readLine()).isEqualTo("praxino: ended at once.");
            assertThat(process.exitValue()).isEqualTo(130);
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void workThatDoesNotListenIsEndedWhenPatienceIsOver() throws Exception {
        Process process = new ProcessBuilder("env", "--default-signal=INT,TERM", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), DeafProcess.class.getName(), "1")
                .redirectErrorStream(true).start();
        try (var said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("at work");
            signal(process, "TERM");
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("it ended").isTrue();
            assertThat(said.readAllLines()).containsExactly("praxino: stopping …", "praxino: did not stop within 1 s; ended where it was.");
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void signal(Process process, String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor()).isZero();
    }
}
