package org.praxino.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.AtomicFiles;
import org.praxino.tensor.UserException;

/** Data folders and databases that do not belong together: refused, and nothing is deleted. */
class PairingTest {
    private static final String SMALL = "{\"prompt\": \"a ball\", \"num_frames\": 1, \"num_inference_steps\": 1, \"format\": \"gif\"}";

    @TempDir
    Path folder;

    private void refuses(Path data, String... parts) {
        assertThatThrownBy(() -> PraxinoServer.start(TestServer.config(data), List.of())).isInstanceOf(UserException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts).doesNotContain("\n"));
        assertThatThrownBy(() -> PraxinoServer.check(TestServer.config(data))).isInstanceOf(UserException.class)
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }

    private static void moveDatabase(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        for (String name : List.of("jobs.sqlite", "jobs.sqlite-wal", "jobs.sqlite-shm")) {
            if (Files.exists(from.resolve(name))) {
                Files.move(from.resolve(name), to.resolve(name));
            }
        }
    }

    private String made(Path data) {
        try (var s = TestServer.start(data)) {
            String id = s.create(SMALL);
            s.awaitEnd(id);
            return id;
        }
    }

    @Test
    void anEmptyOrAnotherDatabaseDeletesNoVideo() throws Exception {
        Path data = folder.resolve("data");
        String id = made(data);
        assertThat(data.resolve("id")).exists();
        moveDatabase(data, folder.resolve("kept"));
        refuses(data, "1 finished videos", "knows none of them", "--database");
        moveDatabase(data, folder.resolve("empty"));
        Files.delete(data.resolve("id")); // as a folder of an earlier version
        refuses(data, "1 finished videos", "knows none of them");
        moveDatabase(data, folder.resolve("empty2"));

        Path other = folder.resolve("other");
        made(other);
        moveDatabase(other, data);
        refuses(data, "is not the one that the database was used with", "write ");
        Files.writeString(data.resolve("id"), "11111111-2222\n");
        refuses(data, "do not belong together", "11111111-2222");

        moveDatabase(data, folder.resolve("others"));
        moveDatabase(folder.resolve("kept"), data);
        Files.delete(data.resolve("id"));
        String message = assertThrowsSentence(data);
        Files.writeString(data.resolve("id"), message.replaceAll(".*write (\\S+) into.*", "$1")); // what the sentence says
        try (var s = TestServer.start(data)) {
            assertThat(s.get("/v1/videos/" + id + "/content").statusCode()).isEqualTo(200);
        }
    }

    private static String assertThrowsSentence(Path data) {
        try {
            PraxinoServer.start(TestServer.config(data), List.of()).close();
        } catch (UserException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("it started");
    }

    @Test
    void whatNobodyKnowsIsSetAside() throws Exception {
        Path data = folder.resolve("data");
        String id = made(data);
        Files.createDirectories(data.resolve("jobs/video_lost/out"));
        Files.writeString(data.resolve("jobs/video_lost/out/video.mp4"), "precious");
        Files.createDirectories(data.resolve("jobs/" + id + "/in"));
        Files.writeString(data.resolve("tmp/MultiPart123"), "half an upload");
        try (var s = TestServer.start(data)) {
            assertThat(data.resolve("jobs/video_lost")).doesNotExist();
            assertThat(data.resolve("set-aside/video_lost/out/video.mp4")).hasContent("precious");
            assertThat(data.resolve("tmp")).isEmptyDirectory();
            TestServer.until("an input left behind is deleted", () -> !Files.exists(data.resolve("jobs/" + id + "/in")));
            assertThat(s.get("/v1/videos/" + id + "/content").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void othersSeeNothingOfTheFolder() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        PraxinoServer.check(TestServer.config(data));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data))).isEqualTo("rwxr-x---");
    }

    @Test
    void aDamagedDatabaseIsOneSentence() throws Exception {
        Path data = folder.resolve("data");
        made(data);
        Path file = data.resolve("jobs.sqlite");
        byte[] bytes = Files.readAllBytes(file);
        java.util.Arrays.fill(bytes, 4096, bytes.length, (byte) 0);
        Files.write(file, bytes);
        try (Stream<Path> left = Files.list(data)) {
            left.filter(p -> p.toString().endsWith("-wal") || p.toString().endsWith("-shm")).toList().forEach(AtomicFiles::delete);
        }
        assertThatThrownBy(() -> PraxinoServer.start(TestServer.config(data), List.of())).isInstanceOf(UserException.class)
                .hasMessageContaining("database").satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "Exception"));
    }
}
