package org.praxino.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.client.PraxinoClient;
import org.praxino.client.ServerException;
import org.praxino.client.Video;
import org.praxino.client.VideoRequest;
import org.praxino.io.Json;
import org.praxino.media.Frame;
import org.praxino.media.Png;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.server.TestServer;

/** Clients that exist: our own in Java, and the public ones in Python and Node where they are installed. */
class ClientTest {
    @TempDir
    Path folder;

    private TestServer s;

    @BeforeEach
    void start() {
        s = TestServer.start(folder.resolve("data"));
    }

    @AfterEach
    void stop() {
        s.close();
    }

    private static VideoRequest small(String prompt) {
        return VideoRequest.of(prompt).frames(5).steps(2).seed(3).format("gif");
    }

    /** Offsets 6 and 7 of a class file: its version, 61 of Java 17 (JVM specification, 4.1). */
    @Test
    void isCompiledForJava17() throws Exception {
        for (Class<?> type : java.util.List.of(PraxinoClient.class, org.praxino.client.VideoRequest.class, org.praxino.client.Video.class)) {
            try (var in = java.util.Objects.requireNonNull(type.getResourceAsStream(type.getSimpleName() + ".class"))) {
                byte[] head = in.readNBytes(8);
                assertThat(head[6] << 8 | head[7]).as(type.getName()).isLessThanOrEqualTo(61);
            }
        }
    }

    /** A program that was compiled for Java 17 and runs on it. PRAXINO_TEST_JAVA17 names the folder of one, if it is not where packages put it. */
    @Test
    void runsOnJava17() throws Exception {
        Optional<Path> program = java17();
        Assumptions.assumeTrue(program.isPresent(), "no Java 17 was found: PRAXINO_TEST_JAVA17 may name its folder");
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path source = folder.resolve("Java17Client.java");
        try (var in = java.util.Objects.requireNonNull(ClientTest.class.getResourceAsStream("Java17Client.java"))) {
            Files.write(source, in.readAllBytes());
        }
        String path = java.util.Arrays.stream(System.getProperty("java.class.path").split(java.io.File.pathSeparator))
                .filter(entry -> entry.contains("client") || entry.contains("jackson")).collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
        int compiled = javax.tools.ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", "--release", "17", "-cp", path, "-d",
                classes.toString(), source.toString());
        assertThat(compiled).isZero();
        Path file = folder.resolve("ball.gif");
        int code = run(List.of(program.get().toString(), "-cp", classes + java.io.File.pathSeparator + path, "Java17Client", s.uri("").toString(),
                file.toString()));
        assertThat(code).as(Files.readString(folder.resolve("client.log"))).isZero();
        assertThat(Files.readString(folder.resolve("client.log"))).contains("refused: video_not_found");
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).hasSize(5);
    }

    private static Optional<Path> java17() throws Exception {
        var homes = new ArrayList<Path>();
        Optional.ofNullable(System.getenv("PRAXINO_TEST_JAVA17")).map(Path::of).ifPresent(homes::add);
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (var all = Files.list(installed)) {
                all.sorted().forEach(homes::add);
            }
        }
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.isExecutable(home.resolve("bin/java")) && Files.isReadable(release) && Files.readString(release).contains("JAVA_VERSION=\"17")) {
                return Optional.of(home.resolve("bin/java"));
            }
        }
        return Optional.empty();
    }

    @Test
    void ourOwnDoesWhatTheServerDoes() throws Exception {
        Path picture = folder.resolve("red.png");
        Files.write(picture, Png.encode(Frame.filled(32, 32, new Rgb(255, 0, 0)), null));
        try (var client = PraxinoClient.at(s.uri("").toString())) {
            assertThat(client.models()).containsExactly("tiny");
            Video begun = client.create(small("a ball"));
            assertThat(begun.seed()).isEqualTo(3);
            assertThat(begun.ended()).isFalse();
            var reported = new ArrayList<Video>();
            Video done = client.follow(begun.id(), reported::add);
            assertThat(done.isCompleted()).isTrue();
            assertThat(reported.getLast()).isEqualTo(done);
            Path file = client.download(done, folder.resolve("ball.gif"));
            assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).hasSize(5);
            assertThat(client.await(client.create(small("a ball").firstFrame(picture)).id()).isCompleted()).isTrue();
            assertThat(client.await(client.edit(done.id(), VideoRequest.of("a cube")).id()).frames()).isEqualTo(5);
            assertThat(client.await(client.extend(done.id(), VideoRequest.of("on").frames(4).steps(1)).id()).frames()).isEqualTo(9);
            assertThat(client.create(small("once"), "key").id()).isEqualTo(client.create(small("once"), "key").id());
            assertThat(client.list(null, 2).videos()).hasSize(2);
            assertThat(client.list(null, 2).more()).isTrue();
            client.delete(done.id());
            assertThatThrownBy(() -> client.get(done.id())).isInstanceOfSatisfying(ServerException.class, e -> {
                assertThat(e.status()).isEqualTo(404);
                assertThat(e.code()).isEqualTo("video_not_found");
            });
            assertThatThrownBy(() -> client.create(VideoRequest.of("a").with("colour", "red"))).isInstanceOf(ServerException.class)
                    .hasMessageContaining("colour");
            assertThatThrownBy(() -> client.download(begun, folder.resolve("none/x.gif"))).isInstanceOf(ServerException.class);
        }
        assertThatThrownBy(() -> PraxinoClient.at("http://127.0.0.1:1").models()).isInstanceOf(ServerException.class)
                .hasMessageContaining("127.0.0.1:1");
    }

    @Test
    void aWebhookArrives() throws Exception {
        var got = new ArrayList<String>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            got.add(new String(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        try (var client = PraxinoClient.at(s.uri("").toString())) {
            Video video = client.create(small("a ball").webhook("http://127.0.0.1:" + receiver.getAddress().getPort() + "/"));
            client.await(video.id());
            TestServer.until("it arrives", () -> !got.isEmpty());
            assertThat(TestServer.json(got.getFirst()).get("type").stringValue()).isEqualTo("video.completed");
            TestServer.until("it is written down", () -> TestServer.text(s.get("/v1/videos/" + video.id() + "/webhooks")).contains("delivered"));
        } finally {
            receiver.stop(0);
        }
    }

    /** A delivery as a receiver gets it: headers and body, as JSON in a file. */
    private Path delivery() throws Exception {
        var got = new ArrayList<String>();
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", exchange -> {
            var headers = new java.util.TreeMap<String, String>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            got.add(Json.line(List.of(headers, new String(exchange.getRequestBody().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        receiver.start();
        try (var client = PraxinoClient.at(s.uri("").toString())) {
            client.await(client.create(small("told of").webhook("http://127.0.0.1:" + receiver.getAddress().getPort() + "/")).id());
            TestServer.until("it arrives", () -> !got.isEmpty());
            return Files.writeString(folder.resolve("delivery.json"), got.getFirst());
        } finally {
            receiver.stop(0);
        }
    }

    private List<String> arguments(String script) throws Exception {
        Path file = folder.resolve(script);
        try (var in = ClientTest.class.getResourceAsStream(script)) {
            Files.write(file, in.readAllBytes());
        }
        String secret = TestServer.json(s.get("/v1/webhooks/secret")).get("secret").stringValue();
        return List.of(file.toString(), s.uri("/v1").toString(), folder.toString(), secret, delivery().toString());
    }

    /** The public Python client's video calls, unchanged. PRAXINO_TEST_PYTHON names a Python that has it, if python3 has not. */
    @Test
    void thePublicPythonClientWorks() throws Exception {
        String python = System.getenv().getOrDefault("PRAXINO_TEST_PYTHON", "python3");
        Assumptions.assumeTrue(run(List.of(python, "-c", "import openai; openai.OpenAI(api_key='x').videos")) == 0,
                "no Python with the package openai: PRAXINO_TEST_PYTHON may name one");
        drive(python, "client.py", "python.mp4");
    }

    /** The same of the Node client. NODE_PATH names the folder node_modules that has it. */
    @Test
    void thePublicNodeClientWorks() throws Exception {
        Assumptions.assumeTrue(run(List.of("node", "-e", "new (require('openai'))({apiKey: 'x'}).videos.list")) == 0,
                "no Node with the package openai: NODE_PATH may name the folder node_modules that has it");
        drive("node", "client.cjs", "node.mp4");
    }

    private void drive(String program, String script, String file) throws Exception {
        var command = new ArrayList<>(List.of(program));
        command.addAll(arguments(script));
        int code = run(command);
        assertThat(code).as(Files.readString(folder.resolve("client.log"))).isZero();
        assertThat(VideoReader.readAll(folder.resolve(file), ReadOptions.DEFAULT)).hasSize(9);
    }

    private int run(List<String> command) throws Exception {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("client.log").toFile()).start();
            return process.waitFor(120, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (java.io.IOException e) {
            return -1; // there is no such program
        }
    }
}
