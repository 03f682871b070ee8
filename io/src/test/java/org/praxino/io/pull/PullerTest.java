package org.praxino.io.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Sha256;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;

class PullerTest {
    private static final byte[] BYTES = new byte[300_000];
    private static final String SUM;

    static {
        new Random(7).nextBytes(BYTES);
        SUM = Sha256.ofBytes(BYTES);
    }

    @TempDir
    Path dir;

    private final TestSite site = new TestSite();
    private final List<Duration> pauses = new ArrayList<>();

    @AfterEach
    void close() {
        site.close();
    }

    private Puller puller(@Nullable String token, DiskOperations disk) {
        return Puller.of(new ModelHub(site.uri(""), token), Map.of("no_proxy", "*"), disk, pauses::add, Duration.ofMillis(600));
    }

    private List<Puller.PulledFile> pull(RemoteFile... wanted) {
        return pull(DiskOperations.REAL, wanted);
    }

    private List<Puller.PulledFile> pull(DiskOperations disk, RemoteFile... wanted) {
        try (Puller puller = puller(null, disk)) {
            return puller.pull(dir, "some", List.of("Apache-2.0"), List.of(wanted), List.of(), Progress.SILENT);
        }
    }

    private RemoteFile wanted(String path, @Nullable String sum) {
        return new RemoteFile(site.uri(path), path.substring(1), sum == null ? -1 : BYTES.length, sum);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> list = Files.list(dir)) {
            return list.map(p -> p.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void fetchesIntoFoldersAndRemembersWhereFrom() throws IOException {
        site.answers.put("/sub/a.bin", TestSite.file(BYTES));
        var reported = new ArrayList<Long>();
        try (Puller puller = puller(null, DiskOperations.REAL)) {
            var pulled = puller.pull(dir, "some", List.of("MIT"), List.of(wanted("/sub/a.bin", SUM)), List.of(), (d, t, n) -> reported.add(d));
            assertThat(pulled).containsExactly(new Puller.PulledFile(dir.resolve("sub/a.bin"), BYTES.length, SUM, Puller.Origin.DOWNLOADED, true));
        }
        assertThat(dir.resolve("sub/a.bin")).hasBinaryContent(BYTES);
        assertThat(names()).containsExactly("pull.json", "sub");
        assertThat(reported).isNotEmpty();
        PullRecord record = PullRecord.of(dir);
        assertThat(record.checkpoint()).isEqualTo("some");
        assertThat(record.licences()).containsExactly("MIT");
        assertThat(record.files()).singleElement().satisfies(e -> assertThat(e.url()).isEqualTo(site.uri("/sub/a.bin").toString()));
        assertThat(pull(wanted("/sub/a.bin", SUM)).getFirst().origin()).isEqualTo(Puller.Origin.PRESENT);
        assertThat(site.requests).hasSize(1);
    }

    @Test
    void goesOnAfterEveryCut() {
        site.answers.put("/a.bin", TestSite.file(BYTES, "\"one\"", 70_000));
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests).hasSizeBetween(5, 12).extracting(TestSite.Request::range).startsWith((String) null)
                .filteredOn(r -> r != null).isNotEmpty().allSatisfy(r -> assertThat(r).matches("bytes=\\d+-"));
        assertThat(pauses).allSatisfy(p -> assertThat(p).isEqualTo(Duration.ofSeconds(1)));
    }

    @Test
    void givesUpWhenNothingComesAndKeepsThePart() throws IOException {
        site.answers.put("/a.bin", TestSite.inTurn(TestSite.file(BYTES, "\"one\"", 70_000), TestSite.status(500)));
        assertThatThrownBy(() -> pull(wanted("/a.bin", SUM))).isInstanceOf(UserException.class)
                .hasMessage("Cannot fetch " + site.uri("/a.bin") + ": 127.0.0.1 answered 500, 6 times in a row. What was downloaded is kept: the"
                        + " same command continues from there.");
        assertThat(pauses).hasSize(5).endsWith(Duration.ofSeconds(16));
        assertThat(names()).containsExactly(".a.bin.part", ".a.bin.part.json");
        site.answers.put("/a.bin", TestSite.file(BYTES));
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests.getLast().range()).isNotNull();
        assertThat(names()).containsExactly("a.bin", "pull.json");
    }

    @Test
    void waitsAsLongAsAskedButNotForEver() {
        site.answers.put("/a.bin", TestSite.inTurn(TestSite.status(503, "Retry-After", "0"), TestSite.status(429, "Retry-After", "9000"),
                TestSite.file(BYTES)));
        pull(wanted("/a.bin", SUM));
        assertThat(pauses).containsExactly(Duration.ZERO, Duration.ofMillis(600));
    }

    @Test
    void keepsNothingOfAWrongFile() throws IOException {
        byte[] wrong = BYTES.clone();
        wrong[1000] ^= 1;
        site.answers.put("/a.bin", TestSite.file(wrong));
        assertThatThrownBy(() -> pull(wanted("/a.bin", SUM))).isInstanceOf(UserException.class)
                .hasMessageContaining("its checksum is " + Sha256.ofBytes(wrong) + " instead of " + SUM)
                        .hasMessageEndingWith("Nothing of it was kept.");
        assertThat(names()).isEmpty();
        site.answers.put("/a.bin", TestSite.file(new byte[5]));
        assertThatThrownBy(() -> pull(wanted("/a.bin", SUM))).hasMessageContaining("has 5 bytes as ").hasMessageContaining("300000 are expected");
        assertThat(names()).isEmpty();
    }

    @Test
    void restartsWhenThePartIsDamaged() throws IOException {
        site.answers.put("/a.bin", TestSite.inTurn(TestSite.file(BYTES, null, 70_000), TestSite.status(403)));
        assertThatThrownBy(() -> pull(wanted("/a.bin", SUM))).hasMessageContaining("HF_TOKEN");
        byte[] part = Files.readAllBytes(dir.resolve(".a.bin.part"));
        assertThat(part).isNotEmpty();
        part[7] ^= 1;
        Files.write(dir.resolve(".a.bin.part"), part);
        site.answers.put("/a.bin", TestSite.file(BYTES));
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests.get(site.requests.size() - 2).range()).isEqualTo("bytes=" + part.length + "-");
        assertThat(site.requests.getLast().range()).isNull();
    }

    @Test
    void aFileThatChangedBetweenTwoAttemptsIsFetchedAgain() {
        byte[] other = new byte[200_000];
        site.answers.put("/a.bin", TestSite.inTurn(TestSite.file(BYTES, "\"one\"", 70_000), TestSite.file(other, "\"two\"", Integer.MAX_VALUE)));
        var pulled = pull(wanted("/a.bin", null)).getFirst();
        assertThat(pulled.compared()).isFalse();
        assertThat(dir.resolve("a.bin")).hasBinaryContent(other);
        assertThat(site.requests.getLast().condition()).isEqualTo("\"one\"");
    }

    @Test
    void aCompletePartIsRenamed() throws IOException {
        site.answers.put("/a.bin", TestSite.file(BYTES, "\"one\"", Integer.MAX_VALUE));
        Files.write(dir.resolve(".a.bin.part"), BYTES);
        Files.writeString(dir.resolve(".a.bin.part.json"), "{\"url\":\"" + site.uri("/a.bin") + "\",\"validator\":\"\\\"one\\\"\",\"sha256\":null}");
        pull(wanted("/a.bin", null));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests).singleElement().satisfies(r -> assertThat(r.range()).isEqualTo("bytes=300000-"));
    }

    @Test
    void theTokenIsNotSentToOtherHostsAndTheAnnouncedChecksumIsUsed() {
        try (TestSite elsewhere = new TestSite()) {
            elsewhere.answers.put("/store", TestSite.file(BYTES));
            site.answers.put("/a.bin", TestSite.status(302, "Location", elsewhere.uri("/store").toString(), "X-Linked-Etag", "\"" + SUM + "\""));
            try (Puller puller = puller("secret", DiskOperations.REAL)) {
                var pulled = puller.pull(dir, null, List.of(), List.of(wanted("/a.bin", null)), List.of(), Progress.SILENT);
                assertThat(pulled.getFirst().compared()).isTrue();
            }
            assertThat(site.requests).singleElement().satisfies(r -> assertThat(r.authorization()).isEqualTo("Bearer secret"));
            assertThat(elsewhere.requests).singleElement().satisfies(r -> assertThat(r.authorization()).isNull());
            site.answers.put("/b.bin", TestSite.status(302, "Location", elsewhere.uri("/store").toString(), "X-Linked-Etag", "\""
                    + "0".repeat(64) + "\""));
            assertThatThrownBy(() -> pull(wanted("/b.bin", null))).hasMessageContaining("instead of 0000");
            assertThatThrownBy(() -> pull(wanted("/b.bin", SUM))).hasMessageContaining("has another file as");
        }
    }

    @Test
    void followsRedirectsButNotForEverNorAnywhere() {
        site.answers.put("/a.bin", TestSite.status(307, "Location", "there/b.bin"));
        site.answers.put("/there/b.bin", TestSite.file(BYTES));
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        site.answers.put("/loop", TestSite.status(302, "Location", "/loop"));
        assertThatThrownBy(() -> pull(wanted("/loop", SUM))).isInstanceOf(UserException.class).hasMessageContaining("more than 10 times");
        site.answers.put("/file", TestSite.status(302, "Location", "file:///etc/passwd"));
        assertThatThrownBy(() -> pull(wanted("/file", SUM))).hasMessageContaining("not followed: \"file:///etc/passwd\"");
        site.answers.put("/none", TestSite.status(302));
        assertThatThrownBy(() -> pull(wanted("/none", SUM))).hasMessageContaining("not followed: \"\"");
    }

    @Test
    void saysWhatARefusalMeans() {
        assertThatThrownBy(() -> pull(wanted("/gone", SUM))).hasMessage("127.0.0.1 does not have " + site.uri("/gone") + " (404).");
        site.answers.put("/gated", TestSite.status(401));
        assertThatThrownBy(() -> pull(wanted("/gated", SUM))).hasMessageContaining("put an access token into the environment variable HF_TOKEN");
        try (Puller puller = puller("secret", DiskOperations.REAL)) {
            assertThatThrownBy(() -> puller.pull(dir, null, List.of(), List.of(wanted("/gated", SUM)), List.of(), Progress.SILENT))
                    .hasMessageContaining("does not open it").hasMessageNotContaining("secret");
        }
        site.answers.put("/odd", TestSite.status(418));
        assertThatThrownBy(() -> pull(wanted("/odd", SUM))).hasMessageContaining("answered 418");
        site.answers.put("/gzip", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            TestSite.file(BYTES).to(exchange);
        });
        assertThatThrownBy(() -> pull(wanted("/gzip", SUM))).hasMessageContaining("compressed");
        try (Puller puller = puller(null, DiskOperations.REAL)) {
            var nowhere = new RemoteFile(java.net.URI.create("http://no-such-host.invalid/a"), "a", -1, null);
            assertThatThrownBy(() -> puller.pull(dir, null, List.of(), List.of(nowhere), List.of(), Progress.SILENT))
                    .isInstanceOf(UserException.class).hasMessageContaining("no-such-host.invalid was not found");
        }
    }

    @Test
    void aSilentServerIsGivenUpAndAskedAgain() {
        site.answers.put("/a.bin", TestSite.inTurn(exchange -> {
            exchange.sendResponseHeaders(200, BYTES.length);
            exchange.getResponseBody().write(BYTES, 0, 70_000);
            exchange.getResponseBody().flush();
            await(site);
        }, TestSite.file(BYTES)));
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests).hasSize(2);
    }

    private static void await(TestSite site) {
        try {
            site.closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anInterruptEndsItAndLeavesThePart() throws Exception {
        site.answers.put("/a.bin", exchange -> {
            exchange.sendResponseHeaders(200, BYTES.length);
            exchange.getResponseBody().write(BYTES, 0, 70_000);
            exchange.getResponseBody().flush();
            await(site);
        });
        var ended = new Throwable[1];
        Thread thread = Thread.ofPlatform().start(() -> {
            try (Puller puller = Puller.of(new ModelHub(site.uri(""), null), Map.of(), DiskOperations.REAL, Thread::sleep, Duration.ofSeconds(30))) {
                puller.pull(dir, null, List.of(), List.of(wanted("/a.bin", SUM)), List.of(), Progress.SILENT);
            } catch (Throwable t) {
                ended[0] = t;
            }
        });
        while (PartialFile.lengthFor(dir.resolve("a.bin")) < 60_000 && thread.isAlive()) {
            Thread.sleep(5);
        }
        thread.interrupt();
        thread.join(10_000);
        assertThat(ended[0]).isInstanceOf(CancellationException.class);
        assertThat(names()).containsExactly(".a.bin.part", ".a.bin.part.json");
    }

    /** A disk on which so much fits. */
    private static final class SmallDisk implements DiskOperations {
        private long left;
        private final long reported;

        SmallDisk(long left, long reported) {
            this.left = left;
            this.reported = reported;
        }

        @Override
        public void write(FileChannel file, ByteBuffer bytes) throws IOException {
            left -= bytes.remaining();
            if (left < 0) {
                throw new IOException("No space left on device");
            }
            DiskOperations.REAL.write(file, bytes);
        }

        @Override
        public long free(Path folder) {
            return reported;
        }
    }

    @Test
    void aFullDiskIsSaidBeforehandAndSurvivedOtherwise() throws IOException {
        site.answers.put("/a.bin", TestSite.file(BYTES));
        assertThatThrownBy(() -> pull(new SmallDisk(0, 100_000), wanted("/a.bin", SUM))).isInstanceOf(UserException.class)
                .hasMessageContaining("There is not enough space in " + dir + ": 0.0 GB are still to come");
        assertThat(site.requests).isEmpty();
        assertThatThrownBy(() -> pull(new SmallDisk(150_000, Long.MAX_VALUE), wanted("/a.bin", SUM))).isInstanceOf(UserException.class)
                .hasMessage("Cannot write " + dir.resolve("a.bin") + ": the disk is full.");
        assertThat(names()).containsExactly(".a.bin.part", ".a.bin.part.json");
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests.getLast().range()).isNotNull();
    }

    @Test
    void whatIsThereIsComparedAndNeverOverwritten() throws IOException {
        Files.write(dir.resolve("a.bin"), BYTES);
        assertThat(pull(wanted("/a.bin", SUM)).getFirst().origin()).isEqualTo(Puller.Origin.PRESENT);
        Files.write(dir.resolve("a.bin"), new byte[BYTES.length]);
        assertThatThrownBy(() -> pull(wanted("/a.bin", SUM))).isInstanceOf(UserException.class).hasMessageContaining("it is not the file at");
        Files.write(dir.resolve("b.bin"), new byte[3]);
        assertThatThrownBy(() -> pull(wanted("/b.bin", null))).hasMessageContaining("move it away");
        assertThat(site.requests).isEmpty();
    }

    @Test
    void aRecordProvesNothingAboutAFileOfItsOwnSecond() throws IOException {
        Path file = Files.write(dir.resolve("a.bin"), BYTES);
        Instant recorded = Instant.parse("2026-03-01T10:00:05Z");
        for (long before : new long[] {0, 1, 1_000}) {
            long modified = recorded.toEpochMilli() - before;
            Files.setLastModifiedTime(file, FileTime.fromMillis(modified));
            PullRecord record = new PullRecord(
                    null, List.of(), List.of(new PullRecord.Entry("a.bin", "http://host/a.bin", BYTES.length, SUM, true, modified, recorded)));
            assertThat(record.intact(dir, "a.bin") != null).isEqualTo(before > 0);
        }
    }

    @Test
    void filesOfOtherFoldersAreLinked() throws IOException {
        site.answers.put("/a.bin", TestSite.file(BYTES));
        Path one = dir.resolve("one");
        Path two = dir.resolve("two");
        try (Puller puller = puller(null, DiskOperations.REAL)) {
            puller.pull(one, null, List.of(), List.of(wanted("/a.bin", SUM)), List.of(two), Progress.SILENT);
            var second = puller.pull(two, null, List.of(), List.of(wanted("/a.bin", SUM)), List.of(one), Progress.SILENT);
            assertThat(second.getFirst().origin()).isEqualTo(Puller.Origin.LINKED);
        }
        assertThat(Files.isSameFile(one.resolve("a.bin"), two.resolve("a.bin"))).isTrue();
        assertThat(site.requests).hasSize(1);
        Files.delete(two.resolve("a.bin"));
        byte[] damaged = BYTES.clone();
        damaged[0] ^= 1;
        Files.write(one.resolve("a.bin"), damaged);
        try (Puller puller = puller(null, DiskOperations.REAL)) {
            var again = puller.pull(two, null, List.of(), List.of(wanted("/a.bin", SUM)), List.of(one), Progress.SILENT);
            assertThat(again.getFirst().origin()).isEqualTo(Puller.Origin.DOWNLOADED);
        }
    }

    @Test
    void twoDoNotFetchTheSameFileAtOnce() throws IOException {
        try (PartialFile part = PartialFile.open(dir.resolve("a.bin"), wanted("/a.bin", SUM), DiskOperations.REAL, n -> {})) {
            assertThatThrownBy(() -> pull(wanted("/a.bin", SUM))).isInstanceOf(UserException.class)
                    .hasMessage("Another process is fetching " + dir.resolve("a.bin") + " at this moment.");
            part.append(ByteBuffer.wrap(HexFormat.of().parseHex("00")));
        }
        assertThat(names()).contains(".a.bin.part");
    }

    /** A process of its own that fetches {@code args[0]} into {@code args[1]}. */
    static final class Child {
        public static void main(String[] args) {
            RemoteFile wanted = new RemoteFile(java.net.URI.create(args[0]), "a.bin", Long.parseLong(args[2]), args[3]);
            try (Puller puller = Puller.of(new ModelHub(java.net.URI.create("http://127.0.0.1"), null), Map.of())) {
                puller.pull(Path.of(args[1]), null, List.of(), List.of(wanted), List.of(), Progress.SILENT);
            }
        }
    }

    @Test
    void goesOnAfterTheProcessWasKilled() throws Exception {
        site.answers.put("/a.bin", TestSite.inTurn(exchange -> {
            exchange.sendResponseHeaders(200, BYTES.length);
            exchange.getResponseBody().write(BYTES, 0, 200_000);
            exchange.getResponseBody().flush();
            await(site);
        }, TestSite.file(BYTES)));
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), Child.class.getName(),
                        site.uri("/a.bin").toString(), dir.toString(), String.valueOf(BYTES.length), SUM)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        while (PartialFile.lengthFor(dir.resolve("a.bin")) < 150_000 && child.isAlive()) {
            Thread.sleep(10);
        }
        assertThat(child.isAlive()).isTrue();
        child.destroyForcibly().waitFor();
        assertThat(names()).containsExactly(".a.bin.part", ".a.bin.part.json");
        pull(wanted("/a.bin", SUM));
        assertThat(dir.resolve("a.bin")).hasBinaryContent(BYTES);
        assertThat(site.requests.getLast().range()).isNotNull();
    }
}
