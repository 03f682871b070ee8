package org.praxino.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.media.Frame;
import org.praxino.server.db.Database;
import org.praxino.server.engine.JobRunner;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobEndListener;
import org.praxino.server.job.JobState;
import org.praxino.server.job.JobStore;
import org.praxino.server.job.NewJob;
import org.praxino.server.job.TestJobs;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.ResolvedRequest;
import tools.jackson.databind.JsonNode;

/** Servers that stop and servers that are brought down, and what becomes of their jobs. */
class RestartTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"seed\": 9, \"num_frames\": 5, \"num_inference_steps\": 3, \"format\": \"gif\"}";

    @TempDir
    Path folder;

    @Test
    void aJobInWorkIsHandedBackAndDoneAfterTheNextStart() throws Exception {
        var gate = new Gate();
        String works;
        String waits;
        var first = TestServer.start(folder);
        first.model.between = gate;
        works = first.create(SMALL);
        waits = first.create(SMALL);
        gate.arrived();
        Thread closing = Thread.ofPlatform().start(first::close);
        TestServer.until("the job in work has been asked to stop", () -> waitsForWork(closing));
        gate.open();
        closing.join();
        try (var second = TestServer.start(folder)) {
            JsonNode done = second.awaitEnd(works);
            assertThat(done.get("status").stringValue()).as(done.toString()).isEqualTo("completed");
            assertThat(second.awaitEnd(waits).get("status").stringValue()).isEqualTo("completed");
            assertThat(second.get("/v1/videos/" + works + "/content").body()).as("the same as if nothing had happened")
                    .isEqualTo(second.get("/v1/videos/" + waits + "/content").body());
        }
        try (var database = Database.sqlite(folder.resolve("jobs.sqlite"))) {
            assertThat(new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE).find(works).orElseThrow().starts())
                    .as("the first start does not count").isEqualTo(1);
        }
    }

    /** As a kill between the end of a job and the clean-up leaves it. */
    @Test
    void whatCameInWithAJobThatHasEndedIsDeletedAtTheNextStart() throws Exception {
        String id;
        try (var first = TestServer.start(folder)) {
            id = first.create(SMALL);
            first.awaitEnd(id);
        }
        Path input = Files.createDirectories(folder.resolve("jobs").resolve(id).resolve("in"));
        Files.write(input.resolve("picture"), new byte[100]);
        try (var second = TestServer.start(folder)) {
            TestServer.until("the picture is deleted", () -> !Files.exists(input));
            assertThat(second.get("/v1/videos/" + id + "/content").statusCode()).as("the video stays").isEqualTo(200);
        }
    }

    private static boolean waitsForWork(Thread closing) {
        var methods = Arrays.stream(closing.getStackTrace()).map(f -> f.getClassName() + "." + f.getMethodName()).toList();
        return methods.contains(JobRunner.class.getName() + ".close") && methods.contains(Thread.class.getName() + ".join");
    }

    /** A process whose model brings it down in the middle of a job. */
    static final class CrashingProcess {
        public static void main(String[] args) throws Exception {
            PraxinoServer.start(TestServer.config(Path.of(args[0])), List.of(CrashingModel::new));
            Thread.sleep(60_000);
        }
    }

    /** Ends the process as a crash in native code does. */
    private static final class CrashingModel implements ServedModel {
        @Override
        public ModelInfo info() {
            return ModelInfo.of("tiny", "walt", new ModelInfo.ClipSize(32, 32, 9, 8), null, "none", Provenance.now("none", null, 0, List.of()));
        }

        @Override
        public boolean canStream() {
            return false;
        }

        @Override
        public int maxFrames(boolean teacher) {
            return 33;
        }

        @Override
        public long memoryBytes(int frames, boolean teacher) {
            return 1;
        }

        @Override
        public boolean teacherAcceptsFirstFrame() {
            return false;
        }

        @Override
        public ResolvedRequest resolve(GenerateRequest request) {
            return new ResolvedRequest(
                    request.prompt(), request.negative(), request.seedOrRandom(), request.frames() == null ? 9 : request.frames(),
                    request.steps() == null ? 1 : request.steps(), request.guidance() == null ? 1 : request.guidance(), request.schedule(),
                    request.firstFrame(), request.teacher(), null);
        }

        @Override
        public GeneratedVideo generate(GenerateRequest request, GenerationListener progress, Consumer<Frame> newest) {
            if (request.prompt().contains("bad")) {
                Runtime.getRuntime().halt(134);
            }
            return new GeneratedVideo(List.of(), 8, resolve(request), "tiny", "none", 0);
        }

        @Override
        public void close() {}
    }

    @Test
    void aJobThatBringsTheProcessDownTwiceIsParkedAndTheOthersAreDone() throws Exception {
        try (var database = Database.sqlite(folder.resolve("jobs.sqlite"))) {
            var store = new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE);
            store.add(new NewJob("bad", "local", TestJobs.spec("bad", null), null, null, 10));
            store.add(TestJobs.job("good", "local"));
        }
        Files.createDirectories(folder.resolve("jobs/orphan/out"));
        for (int start = 1; start <= 2; start++) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                                    CrashingProcess.class.getName(), folder.toString())
                    .redirectErrorStream(true).redirectOutput(folder.resolve("said" + start).toFile()).start();
            assertThat(process.waitFor()).as(Files.readString(folder.resolve("said" + start))).isEqualTo(134);
            try (var database = Database.sqlite(folder.resolve("jobs.sqlite"))) {
                Job bad = new JobStore(database.jdbi(), Clock.systemUTC(), JobEndListener.NONE).find("bad").orElseThrow();
                assertThat(bad.state()).isEqualTo(JobState.IN_PROGRESS);
                assertThat(bad.starts()).isEqualTo(start);
            }
        }
        try (var s = TestServer.start(folder)) {
            JsonNode bad = s.video("bad");
            assertThat(bad.get("status").stringValue()).isEqualTo("failed");
            assertThat(bad.get("error").get("code").stringValue()).isEqualTo("parked");
            assertThat(s.awaitEnd("good").get("status").stringValue()).isEqualTo("completed");
            assertThat(folder.resolve("jobs/orphan")).as("half-written things are swept away").doesNotExist();
        }
    }
}
