package org.praxino.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.server.db.Database;

/** A process that accepts jobs is killed in the middle of it, again and again: no job that it said it accepted is lost. */
class CrashRecoveryTest {
    /** More with {@code -Dpraxino.kill.rounds=1000}. */
    private static final int ROUNDS = Integer.getInteger("praxino.kill.rounds", 3);

    /** Rounds with one store, which continues growing: all that wait in it are read after each. */
    private static final int HUNDRED = 100;

    /** Begins the lines that count: logs may write to the same place. */
    private static final String ACCEPTED = "accepted ";

    @TempDir
    Path folder;

    /** The process: accepts jobs as fast as it can, and says so after each. */
    static final class SubmittingProcess {
        public static void main(String[] args) {
            try (var database = Database.sqlite(Path.of(args[0]))) {
                var store = new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE);
                for (int i = 0; ; i++) {
                    String id = args[1] + "-" + i;
                    store.add(new NewJob(id, "a", TestJobs.spec("p", null), null, null, Integer.MAX_VALUE));
                    System.out.println(ACCEPTED + id);
                    System.out.flush();
                }
            }
        }
    }

    @Test
    void noAcceptedJobIsLost() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path file = folder.resolve("jobs" + round / HUNDRED + ".sqlite");
            Path said = folder.resolve("said" + round);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"), SubmittingProcess.class.getName(),
                            file.toString(), "r" + round)
                    .redirectOutput(said.toFile()).redirectError(folder.resolve("err").toFile()).start();
            int wanted = 3 + 7 * (round % 5);
            while (lines(said).size() < wanted) {
                assertThat(process.isAlive()).as(() -> read(folder.resolve("err"))).isTrue();
                Thread.sleep(5);
            }
            process.destroyForcibly().waitFor();
            List<String> accepted = lines(said);
            try (var database = Database.sqlite(file)) {
                Set<String> there = new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE).queued().stream().map(Job::id)
                        .collect(Collectors.toSet());
                assertThat(there).containsAll(accepted);
            }
        }
    }

    /** Whole lines: the last may have been cut. */
    private static List<String> lines(Path file) throws Exception {
        String text = Files.exists(file) ? Files.readString(file) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1).lines()
                .filter(line -> line.startsWith(ACCEPTED)).map(line -> line.substring(ACCEPTED.length())).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            return e.toString();
        }
    }
}
