package org.praxino.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Sha256;
import org.praxino.io.model.Checkpoints;
import org.praxino.io.model.Provenance;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class TrainLoopTest {
    @TempDir
    private Path temp;

    private static List<String> hashes(Path run) {
        Path last = RunFolder.openExisting(run).latest().orElseThrow().path();
        return List.of("weights", "ema", "optimizer", "objective").stream()
                .map(n -> Sha256.ofFile(last.resolve(n + ".safetensors")))
                .toList();
    }

    @Test
    void learnsAndLogsAndDrawsAndFinishes() throws Exception {
        Path run = temp.resolve("run");
        assertThat(ToyObjective.run(run, 800, 0, ToyObjective.SELDOM, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        var lines = Files.readAllLines(run.resolve("stats.jsonl"));
        assertThat(lines.getLast()).contains("\"samples\":800").contains("\"loss\":").contains("\"peakShare\":");
        double last = Double.parseDouble(lines.getLast().replaceAll(".*\"loss\":([0-9.E-]+).*", "$1"));
        assertThat(last).isLessThan(0.05);
        assertThat(run.resolve("sheets")).isNotEmptyDirectory();
        assertThat(RunFolder.openExisting(run).latest().orElseThrow().state().steps()).isEqualTo(200);
    }

    @Test
    void aStoppedRunContinuesBitEqual() {
        Path whole = temp.resolve("whole");
        Path pieces = temp.resolve("pieces");
        ToyObjective.run(whole, 400, 0, ToyObjective.SELDOM, loop -> {});
        int stops = 0;
        for (long until : new long[] {40, 44, 200, 360}) {
            assertThat(ToyObjective.run(pieces, 400, 1, ToyObjective.SELDOM, loop -> Thread.startVirtualThread(() -> {
                        while (loop.samples() < until) {
                            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                        }
                        loop.stop();
                    })))
                    .isEqualTo(TrainLoop.End.STOPPED);
            stops++;
        }
        assertThat(ToyObjective.run(pieces, 400, 0, ToyObjective.OFTEN, loop -> {})).isEqualTo(TrainLoop.End.FINISHED);
        assertThat(stops).isPositive();
        assertThat(hashes(pieces)).isEqualTo(hashes(whole));
    }

    @Test
    void aRunKilledAtRandomMomentsContinuesBitEqual() throws Exception {
        Path whole = temp.resolve("whole");
        Path killed = temp.resolve("killed");
        ToyObjective.run(whole, 800, 0, ToyObjective.SELDOM, loop -> {});
        var random = RandomStream.of(System.nanoTime(), "kill");
        int kills = 0;
        for (int i = 0; i < 12; i++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                            "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir"),
                            "-cp", System.getProperty("java.class.path"), ToyObjective.class.getName(),
                            killed.toString(), "800", kills < 3 ? "3" : "0")
                    .redirectErrorStream(true)
                    .redirectOutput(new File(temp.toFile(), "log"))
                    .start();
            // At first while it trains, later not at all, so that the test ends.
            boolean ended = kills >= 3
                    ? process.waitFor(60, TimeUnit.SECONDS)
                    : waitForCheckpointThenSome(process, killed, random);
            if (ended) {
                assertThat(process.exitValue()).as(Files.readString(temp.resolve("log"))).isZero();
                break;
            }
            process.destroyForcibly().waitFor();
            kills++;
        }
        assertThat(kills).isPositive();
        assertThat(hashes(killed)).isEqualTo(hashes(whole));
    }

    private static boolean waitForCheckpointThenSome(Process process, Path run, RandomStream random) throws Exception {
        long before = progress(run);
        for (int i = 0; i < 600 && process.isAlive() && progress(run) == before; i++) {
            Thread.sleep(10);
        }
        return process.waitFor(random.nextInt(120), TimeUnit.MILLISECONDS);
    }

    private static long progress(Path run) {
        try {
            return RunFolder.openExisting(run).latest().map(s -> s.state().samples()).orElse(0L);
        } catch (RuntimeException e) {
            return 0; // there is none yet, or it is being replaced at this moment
        }
    }

    @Test
    void aRunFolderBelongsToOneConfigurationOnceItHasACheckpoint() {
        RunFolder.open(temp.resolve("run"), "a setting that turned out to be impossible");
        ToyObjective.run(temp.resolve("run"), 100, 0, ToyObjective.SELDOM, loop -> {});
        assertThatThrownBy(() -> ToyObjective.run(temp.resolve("run"), 200, 0, ToyObjective.SELDOM, loop -> {}))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("was started with").hasMessageContaining("100").hasMessageContaining("now it is").hasMessageContaining("200");
    }

    @Test
    void checkpointsSayWhatTheyCameFromAndStayWithTheirData() {
        var o = new Optimisation(8, 2, 2, 0.05, 2, 4, 0.9, 0.99, 0.01, 1, 0.99, 1, "fp32", null);
        var folder = RunFolder.open(temp.resolve("run"), Map.of("optimisation", o, "frames", 33), List.of("hash of the tokenizer"));
        folder.requireSameData("no checkpoint, no claim");
        try (var objective = new ToyObjective(0)) {
            new TrainLoop(o, objective, folder, ToyObjective.SELDOM, Device.CPU, 1).run();
        }
        Provenance provenance = Checkpoints.in(temp.resolve("run/checkpoints")).latest().orElseThrow().provenance();
        assertThat(provenance.config().path("frames").asInt()).as("the whole configuration").isEqualTo(33);
        assertThat(provenance.config().path("optimisation").path("samples").asInt()).isEqualTo(8);
        assertThat(provenance.parents()).containsExactly("hash of the tokenizer");
        assertThat(provenance.samplesSeen()).isEqualTo(8);

        folder.requireSameData("toy");
        assertThatThrownBy(() -> folder.requireSameData("another"))
                .isInstanceOf(UserException.class).hasMessageContaining("was trained on other data").hasMessageContaining("--run");
    }

    @Test
    void theRateRisesStaysAndFallsInSamples() {
        var o = new Optimisation(1000, 4, 1, 0.1, 100, 200, 0.9, 0.99, 0, 1, 0.99, 1, "fp32", null);
        assertThat(o.rate(0)).isCloseTo(0.004, within(1e-12));
        assertThat(o.rate(96)).isCloseTo(0.1, within(1e-12));
        assertThat(o.rate(500)).isEqualTo(0.1);
        assertThat(o.rate(900)).isCloseTo(0.05, within(1e-12));
        assertThat(o.rate(1000)).isZero();
        assertThat(o.ema(1)).isLessThan(o.ema(100)).isLessThan(0.99);
    }
}
