package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.Console;
import org.praxino.app.cli.StopSignal;
import org.praxino.server.ServerConfig;
import org.praxino.server.TestModel;
import org.praxino.server.db.Database;
import org.praxino.server.job.JobEndListener;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;

/** A step that never ends, as of native code that hangs, keeps no server from ending in time. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class StuckStepTest {
    private static final String STUCK = "stuck";

    @TempDir
    Path folder;

    /** {@code serve} with a model whose first step never ends and hears no interrupt. */
    static final class StuckProcess {
        public static void main(String[] args) throws Exception {
            var model = new TestModel();
            model.between = (done, total, phase) -> {
                System.err.println(STUCK);
                while (true) {
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000_000);
                }
            };
            Console console = Console.standard();
            StopSignal stop = StopSignal.onSignals(console);
            var context = new CommandContext("cpu", null, CommandContext.Precision.AUTO, console, stop);
            var config = new ServerConfig(new ServerConfig.Bind("127.0.0.1", 0, java.util.Set.of(), false), Path.of(args[0]), null, ServerConfig.Limits.DEFAULT,
                    ServerConfig.WebhookSettings.DEFAULT, null);
            int code = ServeAction.serve(config, List.of(() -> model), false, context);
            stop.finished(); // as Main does
            System.exit(code);
        }
    }

    private String said(String log) {
        try {
            return Files.readString(folder.resolve(log));
        } catch (IOException e) {
            return "";
        }
    }

    @Test
    void aStopEndsTheProcessInTimeAndHandsTheJobBack() throws Exception {
        Path data = folder.resolve("data");
        Process process = new ProcessBuilder("env", "--default-signal=INT,TERM,HUP", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", folder.resolve("native").toString()),
                "-cp", System.getProperty("java.class.path"), StuckProcess.class.getName(), data.toString())
                .redirectOutput(folder.resolve("out.log").toFile()).redirectError(folder.resolve("err.log").toFile()).start();
        try (var client = HttpClient.newHttpClient()) {
            while (!said("out.log").contains("http://")) {
                assertThat(process.isAlive()).as(said("err.log")).isTrue();
                Thread.sleep(10);
            }
            String base = said("out.log").strip();
            while (client.send(HttpRequest.newBuilder(URI.create(base + "/readyz")).build(), BodyHandlers.ofString()).statusCode() != 200) {
                assertThat(process.isAlive()).as(said("err.log")).isTrue();
                Thread.sleep(10); // the model is being loaded
            }
            var taken = client.send(HttpRequest.newBuilder(URI.create(base + "/v1/videos")).header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"prompt\": \"a ball\", \"num_frames\": 1}")).build(), BodyHandlers.ofString());
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
            while (!said("err.log").contains(STUCK)) {
                assertThat(process.isAlive()).as(said("err.log")).isTrue();
                Thread.sleep(10);
            }
            process.toHandle().destroy(); // SIGTERM
            assertThat(process.waitFor(StopSignal.SERVER.toSeconds(), TimeUnit.SECONDS)).as(said("err.log")).isTrue();
            client.shutdownNow();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue()).as(said("err.log")).isZero();
        assertThat(said("err.log")).contains("stopping …", "did not come to the end of a step", "made anew after the next start")
                .doesNotContain("did not stop within");
        try (var database = Database.sqlite(data.resolve("jobs.sqlite"))) {
            assertThat(new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE).queued()).singleElement()
                    .satisfies(job -> assertThat(job.state()).isEqualTo(JobState.QUEUED));
        }
    }
}
