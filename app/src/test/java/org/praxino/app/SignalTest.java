package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.media.Frame;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.TinyModel;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.RunFolder;

/** Real signals to real processes of every command that writes. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class SignalTest {
    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @org.junit.jupiter.api.AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** The program as a process, which hears signals also where whoever started the tests ignores them. What it says goes to files. */
    private Process start(String... args) throws IOException {
        var command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM,HUP", Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g", "--enable-native-access=ALL-UNNAMED",
                "-Dorg.bytedeco.javacpp.cachedir=" + System.getProperty("org.bytedeco.javacpp.cachedir", path("native")),
                "-Dpraxino.root=" + Checkout.root(), "-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(args));
        var builder = new ProcessBuilder(command).redirectOutput(folder.resolve("out.log").toFile()).redirectError(folder.resolve("err.log").toFile());
        builder.environment().put("NO_PROXY", "*");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private String said(String log) {
        try {
            return Files.readString(folder.resolve(log));
        } catch (IOException e) {
            return "";
        }
    }

    private void await(Process process, BooleanSupplier state) throws InterruptedException {
        while (!state.getAsBoolean()) {
            assertThat(process.isAlive()).as(said("err.log")).isTrue();
            Thread.sleep(5);
        }
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor()).isZero();
    }

    private int exitCode(Process process) throws InterruptedException {
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("it ends: " + said("err.log")).isTrue();
        assertThat(said("err.log")).contains("praxino: stopping …").doesNotContain("did not stop").doesNotContain("unexpected");
        return process.exitValue();
    }

    /** Names in the folder but of logs; with a dot: unfinished. */
    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).map(f -> folder.relativize(f).toString()).filter(f -> !f.endsWith(".log") && !f.startsWith("native"))
                    .toList();
        }
    }

    private boolean hasUnfinished() {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.anyMatch(f -> f.getFileName().toString().endsWith(".tmp"));
        } catch (IOException | java.io.UncheckedIOException e) {
            return false; // files come and go
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aStreamFinishesItsFilesOfEveryFormat(String signal) throws Exception {
        Path model = TinyModel.save(folder.resolve("tiny"), true);
        boolean all = signal.equals("INT"); // what follows a signal does not depend on which it was
        var names = all ? List.of("a.y4m", "a.mp4", "a.webm", "a.gif", "a.webp", "a.apng", "a.png", "frames/") : List.of("a.y4m", "a.mp4");
        var args = new ArrayList<>(List.of("stream", "a cat", "-m", model.toString(), "--dtype", "fp32", "--snapshot", path("state")));
        names.forEach(n -> args.addAll(List.of("-o", path(n) + (n.endsWith("/") ? "/" : ""))));
        Process process = start(args.toArray(String[]::new));
        await(process, () -> said("err.log").contains("real time"));
        signal(process, signal);
        assertThat(exitCode(process)).as(said("err.log")).isZero();
        int frames = VideoReader.readAll(folder.resolve("a.y4m"), ReadOptions.DEFAULT).size();
        assertThat(frames).isPositive();
        for (String name : List.of("a.mp4", "a.webm", "a.webp", "a.apng")) {
            if (names.contains(name)) {
                assertThat(VideoReader.readAll(folder.resolve(name), ReadOptions.DEFAULT)).as(name).hasSize(frames);
            }
        }
        assertThat(files()).contains("state");
        if (all) {
            assertThat(VideoReader.readAll(folder.resolve("a.gif"), ReadOptions.DEFAULT)).isNotEmpty();
            assertThat(files()).contains("a.png").filteredOn(f -> f.startsWith("frames/")).hasSize(frames);
        }
        assertThat(hasUnfinished()).isFalse();
    }

    @Test
    void generateKeepsWholeClipsAlone() throws Exception {
        Path model = TinyModel.save(folder.resolve("tiny"));
        Process process = start("generate", "a cat", "-m", model.toString(), "--dtype", "fp32", "-n", "5000", "-o", path("a.gif"));
        await(process, () -> said("out.log").contains("a-1.gif"));
        signal(process, "INT");
        assertThat(exitCode(process)).isEqualTo(130);
        assertThat(said("err.log")).contains("stopped; nothing half-written was left behind.");
        assertThat(VideoReader.readAll(folder.resolve("a-1.gif"), ReadOptions.DEFAULT)).isNotEmpty();
        assertThat(hasUnfinished()).isFalse();
    }

    private Path clips(int count) throws IOException {
        Path clips = Files.createDirectories(folder.resolve("clips"));
        for (int i = 0; i < count; i++) {
            try (var writer = VideoWriter.open(clips.resolve("c" + i + ".gif"), WriteOptions.plain(8))) {
                for (int t = 0; t < 9; t++) {
                    writer.write(Frame.filled(32, 32, new Rgb(2 * i, 20 * t, 90)));
                }
                writer.finish();
            }
            Files.writeString(clips.resolve("c" + i + ".txt"), "colour number " + i + "\n");
        }
        return clips;
    }

    private String data(int count) throws IOException {
        var captured = new CapturedConsole();
        assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("data", "prepare", "folder", clips(count).toString(), "--out",
                path("set"), "--size", "32", "--fps", "8")).as(captured.err()).isZero();
        return path("set");
    }

    @Test
    void aTrainingSetIsWholeOrAbsent() throws Exception {
        Process process = start("data", "prepare", "folder", clips(30).toString(), "--out", path("set"), "--size", "512", "--fps", "60");
        await(process, () -> said("err.log").contains("decoding"));
        signal(process, "TERM");
        assertThat(exitCode(process)).isEqualTo(143);
        assertThat(files()).allMatch(f -> f.startsWith("clips/"));
        assertThat(hasUnfinished()).isFalse();
    }

    private Path tokenizer(String data) throws IOException {
        return Files.writeString(folder.resolve("tokenizer.yaml"), TinyTokenizerRun.yaml(path("run"), data, 1_000_000));
    }

    @Test
    void trainingWritesACheckpointFirst() throws Exception {
        Process process = start("train", "tokenizer", "--config", tokenizer(data(4)).toString());
        await(process, () -> said("run/stats.jsonl").lines().count() > 2);
        signal(process, "INT");
        assertThat(exitCode(process)).isEqualTo(130);
        assertThat(said("err.log")).contains("samples, checkpoint in " + path("run") + "; run the same command to continue.");
        assertThat(RunFolder.openExisting(folder.resolve("run")).latest().orElseThrow().state().samples()).isPositive();
        assertThat(hasUnfinished()).isFalse();
    }

    @Test
    void anExperimentWritesACheckpointFirst() throws Exception {
        Files.writeString(folder.resolve("experiment.yaml"), """
                name: one arm
                folder: %s
                kind: TOKENIZER
                config: %s
                samples: 1000000
                score: {prompts: 0, wording: ANY, flowClips: 0, reconstructions: 0}
                arms:
                  - name: only
                  - name: other
                    set: {training.optimisation.learningRate: 0.01}
                """.formatted(path("out"), tokenizer(data(4))));
        Process process = start("experiment", path("experiment.yaml"));
        await(process, () -> said("out/only/stats.jsonl").lines().count() > 2);
        signal(process, "TERM");
        assertThat(exitCode(process)).isEqualTo(143);
        assertThat(said("err.log")).contains("stopped in arm 'only'");
        assertThat(RunFolder.openExisting(folder.resolve("out/only")).latest().orElseThrow().state().samples()).isPositive();
        assertThat(hasUnfinished()).isFalse();
    }

    @Test
    void scoresAreWholeOrAbsent() throws Exception {
        Path model = TinyModel.save(folder.resolve("tiny"));
        Process process = start("eval", model.toString(), "--data", data(10), "--prompts", "0", "--reconstructions", "100000", "--flow-clips", "10000",
                "--json", path("scores.json"), "--dtype", "fp32");
        await(process, () -> said("err.log").contains("clips"));
        signal(process, "INT");
        process.waitFor();
        // It may have been faster than the signal; then the file is whole.
        assertThat(process.exitValue()).isIn(0, 130);
        assertThat(Files.exists(folder.resolve("scores.json"))).isEqualTo(process.exitValue() == 0);
        assertThat(hasUnfinished()).isFalse();
    }

    @Test
    void convertedWeightsAreWholeOrAbsent() throws Exception {
        try (var scope = Scope.open("test")) {
            var weights = new java.util.TreeMap<String, Tensor>();
            for (int i = 0; i < 40; i++) {
                weights.put("w" + i, RandomStream.of(i, "w").normal(512, 1024));
            }
            SafetensorsWriter.to(folder.resolve("large.safetensors")).write(weights);
        }
        Process process = start("convert", path("large.safetensors"), "--out", path("small.safetensors"));
        await(process, this::hasUnfinished);
        signal(process, "INT");
        process.waitFor();
        assertThat(process.exitValue()).as(said("err.log")).isIn(0, 130);
        assertThat(Files.exists(folder.resolve("small.safetensors"))).isEqualTo(process.exitValue() == 0);
        assertThat(hasUnfinished()).isFalse();
    }

    /** A server that sends a third of a file and then nothing more, until it is asked for the rest. */
    @Test
    void aDownloadKeepsWhatHasComeAndGoesOn() throws Exception {
        byte[] bytes = new byte[3 << 16];
        new java.util.Random(1).nextBytes(bytes);
        var ranges = new java.util.concurrent.CopyOnWriteArrayList<String>();
        var over = new java.util.concurrent.CountDownLatch(1);
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.setExecutor(task -> Thread.ofVirtual().start(task));
        site.createContext("/w.bin", exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
            ranges.add(String.valueOf(range));
            exchange.getResponseHeaders().add("ETag", "\"1\"");
            if (from > 0) {
                exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
            }
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
            exchange.getResponseBody().write(bytes, from, from > 0 ? bytes.length - from : bytes.length / 3);
            exchange.getResponseBody().flush();
            if (from == 0) {
                awaitQuietly(over);
            }
            exchange.close();
        });
        site.start();
        try {
            String[] command = {"pull", "http://127.0.0.1:" + site.getAddress().getPort() + "/w.bin", "--to", path("pulled")};
            Process process = start(command);
            await(process, () -> Files.exists(folder.resolve("pulled/.w.bin.part")) && folder.resolve("pulled/.w.bin.part").toFile().length() > 0);
            signal(process, "TERM");
            assertThat(exitCode(process)).isEqualTo(143);
            assertThat(said("err.log")).contains("what has come is kept, run the same command to go on");
            assertThat(folder.resolve("pulled/w.bin")).doesNotExist();
            Process again = start(command);
            assertThat(again.waitFor()).as(said("err.log")).isZero();
            assertThat(folder.resolve("pulled/w.bin")).hasBinaryContent(bytes);
            assertThat(ranges).hasSize(2).first().isEqualTo("null");
            assertThat(ranges.getLast()).startsWith("bytes=").isNotEqualTo("bytes=0-");
            assertThat(files()).noneMatch(f -> f.contains(".part"));
        } finally {
            over.countDown();
            site.stop(0);
        }
    }

    private static void awaitQuietly(java.util.concurrent.CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aServerEndsInOrder() throws Exception {
        Path model = TinyModel.save(folder.resolve("tiny"));
        Process process = start("serve", "--port", "0", "--dtype", "fp32", "-m", model.toString(), "--data", path("server"), "--no-browser");
        await(process, () -> said("out.log").contains("http://"));
        signal(process, "TERM");
        assertThat(exitCode(process)).isZero();
        assertThat(hasUnfinished()).isFalse();
    }
}
