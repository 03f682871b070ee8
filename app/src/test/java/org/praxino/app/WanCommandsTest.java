package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.ReadOptions;
import org.praxino.media.VideoReader;
import org.praxino.tensor.LeakCheck;
import org.praxino.wan.TinyWan;
import tools.jackson.databind.JsonNode;

/** The commands on tiny Wan folders with random weights. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class WanCommandsTest {
    @TempDir
    static Path folder;

    private static Path bidirectional;
    private static Path student;

    private final CapturedConsole captured = new CapturedConsole();

    @BeforeAll
    static void write() throws IOException {
        bidirectional = TinyWan.save(folder.resolve("wan"), 1);
        student = TinyWan.saveStudent(TinyWan.save(folder.resolve("student"), 1).resolve("self_forcing_dmd.safetensors"), 5).getParent();
    }

    private int run(String... args) {
        var all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--dtype", "fp32"));
        return Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(all.toArray(String[]::new));
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void generatesWithTheBidirectionalModel() {
        assertThat(run("generate", "a cat", "-m", bidirectional.toString(), "--size", "32x16", "--frames", "5", "--steps", "2", "--seed",
                "3", "--sampler", "euler",
                "--offload", "text,vae", "-o", file("cat.mp4"))).as(captured.err()).isZero();
        assertThat(captured.out()).contains("cat.mp4  seed 3  32x16  5 frames");
        assertThat(VideoReader.readAll(Path.of(file("cat.mp4")), ReadOptions.DEFAULT)).hasSize(5);
        assertThat(run("stream", "-p", "a cat", "-m", bidirectional.toString(), "--size", "32x16")).isEqualTo(2);
        assertThat(captured.err()).contains("is bidirectional");
        assertThat(run("generate", "a cat", "-m", bidirectional.toString(), "--size", "36x16")).isEqualTo(2);
        assertThat(captured.err()).contains("36x16 is not possible");
    }

    @Test
    void servesThem() {
        assertThat(run("serve", "--check", "-m", student.toString(), "-m", bidirectional.toString(), "--size", "32x16", "--offload",
                "text,tiles", "--data",
                file("server"))).as(captured.err()).isZero();
        assertThat(captured.out()).contains("ready to serve " + student);
        assertThat(run("serve", "--check", "-m", student.toString(), "--size", "40x16", "--data", file("server"))).isEqualTo(2);
        assertThat(captured.err()).contains("40x16 is not possible");
        assertThat(run("serve", "--check", "-m", student.toString(), "--recipe", "causvid-i2v", "--overlap", "--data", file("server"))).isEqualTo(2);
        assertThat(captured.err()).contains("recipe causvid-i2v makes one roll-out without end");
    }

    @Test
    void servesThemAsTheyWereAskedToBeOpened() throws Exception {
        String[] line = {
            "serve", "--port", "0", "--dtype", "fp32", "-m", bidirectional.toString(), "--size", "48x32", "--recipe", "causvid-i2v", "--window", "8",
            "--unload-text", "--data", file("served")};
        Thread server = Thread.ofPlatform().start(() -> Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(line));
        try (var client = HttpClient.newHttpClient()) {
            while (!captured.out().contains("http://") && server.isAlive()) {
                Thread.sleep(20);
            }
            assertThat(server.isAlive()).as(captured.err()).isTrue();
            URI at = URI.create(captured.out().strip());
            while (get(client, at.resolve("/readyz")).statusCode() != 200 && server.isAlive()) {
                Thread.sleep(20);
            }
            HttpResponse<String> models = get(client, at.resolve("/v1/models"));
            assertThat(models.statusCode()).as(models.body() + captured.err()).isEqualTo(200);
            JsonNode can = Json.parse(models.body(), "models", JsonNode.class).at("/data/0/capabilities");
            assertThat(can.path("live").booleanValue()).as("a recipe that streams").isTrue();
            assertThat(can.path("block_frames").intValue()).as("blocks of that recipe").isEqualTo(16);
            assertThat(can.at("/sizes/0").asString()).isEqualTo("48x32");
        } finally {
            captured.stop.request();
            server.join();
        }
    }

    private static HttpResponse<String> get(HttpClient client, URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void tellsWhatTrainingAFullStudentWouldTake() throws IOException {
        Path wan = Files.createDirectories(folder.resolve("full"));
        Files.writeString(wan.resolve("config.json"),
                "{\"dim\":1536,\"eps\":1e-6,\"ffn_dim\":8960,\"freq_dim\":256,\"in_dim\":16,\"model_type\":\"t2v\","
                + "\"num_heads\":12,\"num_layers\":30,\"out_dim\":16,\"text_len\":512}");
        Files.createFile(wan.resolve("diffusion_pytorch_model.safetensors"));
        Path config = Checkout.root().resolve("configs/wan-ode.yaml");
        assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("train", "ode", "--config", config.toString(), "--set",
                "teacher=" + wan, "--dry-run")).as(captured.err()).isZero();
        JsonNode plan = Json.parse(captured.out(), "the plan", JsonNode.class);
        assertThat(plan.at("/memory/weights").longValue()).isEqualTo(4 * 1_418_996_800L >> 20);
        assertThat(plan.at("/memory/optimisers").longValue()).as("gradients, two moments, averages").isEqualTo(16 * 1_418_996_800L >> 20);
        assertThat(plan.at("/memory/total").longValue()).isGreaterThan(40_000);
        assertThat(plan.at("/time/teraflopsBefore").doubleValue()).as("1500 paths of 50 guided steps").isGreaterThan(1500 * 50 * 2 * 280);
    }

    @Test
    void measuresEveryPartOfAStream() {
        for (var what : List.of(List.of("--random-weights", "tiny"), List.of("-m", student.toString(), "--blocks", "3"),
                List.of("--random-weights", "tiny", "--layers", "1", "--no-text"))) {
            var all = new ArrayList<>(List.of("bench", "wan", "--size", "32x16", "--repeats", "1", "--force", "--json", file("wan.json")));
            all.addAll(what);
            assertThat(run(all.toArray(String[]::new))).as(captured.err()).isZero();
            JsonNode report = Json.read(Path.of(file("wan.json")), JsonNode.class);
            boolean whole = !what.contains("--layers");
            assertThat(report.path("layers_measured").intValue() == report.path("layers").intValue()).isEqualTo(whole);
            assertThat(report.path("in_a_row").isNull()).isEqualTo(!whole);
            assertThat(report.path("text_seconds").isNull()).isEqualTo(!whole);
            assertThat(report.path("frame_tokens").intValue()).isEqualTo(2);
            assertThat(report.path("block_teraflops")).hasSize(7);
            for (String name : List.of("step_first_seconds", "step_full_seconds", "cache_write_seconds", "decode_seconds", "fps",
                    "fps_decoded", "first_frame_seconds",
                    "gemm_peak_gflops", "peak_share", "rss_mib")) {
                assertThat(report.path(name).doubleValue()).as(name).isPositive();
            }
        }
        assertThat(captured.out()).contains("denoise step, full cache", "cache write, full cache", "decode", "text", "blocks in a row: ");
        Path config = Checkout.root().resolve("tools/compare/golden-tiny.json");
        assertThat(run("bench", "wan", "--random-weights", config.toString(), "--size", "80x48", "--window", "3", "--repeats", "1",
                "--no-text", "--no-decode", "--json",
                file("wan.json"), "--force")).as(captured.err()).isZero();
        JsonNode steps = Json.read(Path.of(file("wan.json")), JsonNode.class);
        assertThat(steps.path("step_full_seconds").doubleValue()).isPositive();
        assertThat(List.of("decode_seconds", "fps_decoded", "first_frame_seconds", "in_a_row", "text_seconds")).allMatch(name ->
                steps.path(name).isNull());
        assertThat(steps.propertyNames()).as("the keys of tools/compare/wan.py").allMatch(name -> script().contains("\"" + name + "\": "));
        assertThat(run("bench", "wan", "--random-weights", "2b")).isEqualTo(2);
        assertThat(captured.err()).contains("--random-weights 2b is unknown: name 1.3b, 14b, tiny, or a transformer's config.json");
        String walt = Checkout.root().resolve("zoo/emoji-128").toString();
        assertThat(run("bench", "wan", "-m", walt)).isEqualTo(2);
        assertThat(captured.err()).contains("-m " + walt + " is no model of Wan");
    }

    private static String script() {
        try {
            return Files.readString(Checkout.root().resolve("tools/compare/wan.py"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void streamsAStudentAndATimelineMayAskForItsSize() throws IOException {
        Path document = folder.resolve("t.json");
        Files.writeString(document, "{\"prompts\":[{\"at\":0,\"prompt\":\"a cat\"},{\"at\":1,\"prompt\":\"a dog\",\"transition\":\"recache\"}],"
                + "\"seconds\":2,\"seed\":7,\"size\":\"32x16\",\"fps\":16}");
        assertThat(run("stream", "--timeline", document.toString(), "-m", student.toString(), "-o", file("a.y4m"))).as(captured.err()).isZero();
        assertThat(run("stream", "--timeline", document.toString(), "-m", student.resolve("self_forcing_dmd.safetensors").toString(),
                "--size", "32x16", "--unload-text",
                "-o", file("b.y4m"))).as(captured.err()).isZero();
        assertThat(Files.mismatch(Path.of(file("a.y4m")), Path.of(file("b.y4m")))).isEqualTo(-1);
        assertThat(run("stream", "-p", "a cat", "--seed", "7", "--seconds", "6", "-m", student.toString(), "--size", "32x16", "--overlap",
                "--window", "6", "-o",
                file("long.mp4"))).as(captured.err()).isZero();
        assertThat(VideoReader.readAll(Path.of(file("long.mp4")), ReadOptions.DEFAULT)).hasSize(96);
        assertThat(run("generate", "a cat", "--seed", "7", "--frames", "21", "-m", student.toString(), "--size", "32x16", "-o",
                file("c.mp4"))).as(captured.err()).isZero();
        List<Frame> clip = VideoReader.readAll(Path.of(file("c.mp4")), ReadOptions.DEFAULT);
        assertThat(clip).hasSize(21);
        assertThat(GeneratedMetadata.read(Path.of(file("c.mp4")))).hasValueSatisfying(m ->
                assertThat(m.settings()).containsEntry("steps", "4").containsEntry("network", "student"));
    }
}
