package org.praxino.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that embeds the library gets the same BLAS threads as the command line. */
class BlasThreadsTest {
    @ParameterizedTest(name = "OPENBLAS_NUM_THREADS={0}")
    @ValueSource(strings = {"", "1"})
    @EnabledOnOs(OS.LINUX)
    void noThreadOfTheBlasComputesBesideTheCaller(String variable) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                        System.getProperty("java.class.path"), PlainProgram.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.remove("OPENBLAS_NUM_THREADS");
        environment.remove("OMP_NUM_THREADS");
        if (!variable.isEmpty()) {
            environment.put("OPENBLAS_NUM_THREADS", variable);
        }
        Process process = builder.start();
        String[] ticks = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim().split(" ");
        assertThat(process.waitFor()).isZero();
        long caller = Long.parseLong(ticks[0]);
        long others = Long.parseLong(ticks[1]);
        assertThat(caller).isGreaterThan(20);
        assertThat(others).as("processor time of the other native threads; the caller's is %d", caller).isLessThan(caller / 3);
    }

    @Test
    void whoSetsTheVariableOrTakesAnotherBlasDecides() {
        assertThat(BlasThreads.isOurs(Map.of(), null)).isTrue();
        assertThat(BlasThreads.isOurs(Map.of("OPENBLAS_NUM_THREADS", " "), null)).isTrue();
        assertThat(BlasThreads.isOurs(Map.of("OPENBLAS_NUM_THREADS", "4"), null)).isFalse();
        assertThat(BlasThreads.isOurs(Map.of(), "mkl_rt")).isFalse();
    }

    /** A Java program that knows nothing of launch settings: matrix products from one thread, then the processor time of all native threads. */
    static final class PlainProgram {
        public static void main(String[] args) throws IOException {
            try (Scope scope = Scope.open("products")) {
                Tensor x = Tensor.of(new float[256 * 256], 256, 256);
                Backend.setThreads(1);
                for (int i = 0; i < 600; i++) {
                    try (Scope one = Scope.open("product")) {
                        x.matmul(x);
                    }
                }
            }
            List<Long> ticks = nativeThreadTicks();
            System.out.println(ticks.getFirst() + " " + ticks.stream().skip(1).mapToLong(Long::longValue).sum());
        }

        /** Of threads without a Java name, most first: the caller and those that native libraries started. */
        private static List<Long> nativeThreadTicks() throws IOException {
            var all = new ArrayList<Long>();
            try (var tasks = Files.list(Path.of("/proc/self/task"))) {
                for (Path task : tasks.toList()) {
                    String stat = Files.readString(task.resolve("stat"));
                    if (stat.contains("(java)")) {
                        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                        all.add(Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
                    }
                }
            }
            all.sort(Collections.reverseOrder());
            return all;
        }
    }
}
