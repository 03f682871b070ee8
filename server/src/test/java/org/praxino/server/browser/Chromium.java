package org.praxino.server.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.praxino.io.AtomicFiles;
import tools.jackson.databind.json.JsonMapper;

/** A headless browser with an empty profile of its own. */
public final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");
    private static final long PATIENCE_NANOS = 90_000_000_000L;

    private final Process process;
    private final Path profile;
    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    private Chromium(Process process, Path profile, int port) {
        this.process = process;
        this.profile = profile;
        this.port = port;
    }

    /** The browser's program: {@code PRAXINO_CHROMIUM} of the environment, or one on the path. */
    public static Optional<Path> program() {
        String given = System.getenv("PRAXINO_CHROMIUM");
        if (given != null && !given.isBlank()) {
            return Optional.of(Path.of(given)).filter(Files::isExecutable);
        }
        List<String> path = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        return NAMES.stream().flatMap(name -> path.stream().map(folder -> Path.of(folder, name))).filter(Files::isExecutable).findFirst();
    }

    /** With a camera and a screen that are stand-ins, and are given to who asks. */
    public static Chromium start(Path program) {
        return start(program, List.of("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--auto-select-desktop-capture-source=Screen"));
    }

    /** Whose pages may look at the tab of that title, and who ask to look at a screen are given it. */
    public static Chromium sharing(Path program, String title) {
        return start(program, List.of("--auto-select-tab-capture-source-by-title=" + title));
    }

    private static Chromium start(Path program, List<String> media) {
        try {
            Path profile = Files.createTempDirectory("praxino-chromium");
            var command = new ArrayList<>(List.of(program.toString(), "--headless=new", "--remote-debugging-port=0", "--user-data-dir=" + profile,
                    "--no-first-run", "--no-default-browser-check", "--disable-extensions", "--disable-background-networking", "--disable-sync",
                    "--disable-component-update", "--disable-default-apps", "--mute-audio", "--hide-scrollbars", "--disable-gpu", "--disable-dev-shm-usage",
                    "--disable-features=OptimizationHints,OptimizationGuideModelDownloading,Translate,MediaRouter,Vulkan", "--autoplay-policy=no-user-gesture-required", "--lang=en-GB"));
            command.addAll(media);
            if ("root".equals(System.getProperty("user.name"))) {
                command.add("--no-sandbox"); // Chromium refuses to run as root with one
            }
            command.add("about:blank");
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(profile.resolve("log").toFile()).start();
            var browser = new Chromium(process, profile, port(process, profile));
            Runtime.getRuntime().addShutdownHook(new Thread(browser::end)); // where a test run is broken off
            return browser;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int port(Process process, Path profile) throws IOException {
        Path file = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < end && process.isAlive()) {
            if (Files.exists(file)) {
                List<String> lines = Files.readAllLines(file);
                if (lines.size() >= 2) {
                    return Integer.parseInt(lines.getFirst());
                }
            }
            sleep();
        }
        process.destroyForcibly();
        throw new IOException("Chromium did not start: " + Files.readString(profile.resolve("log")));
    }

    static void sleep() {
        try {
            Thread.sleep(80);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new tab. */
    public Page page() {
        try {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank")).PUT(BodyPublishers.noBody()).build();
            var tab = new JsonMapper().readTree(client.send(request, BodyHandlers.ofString()).body());
            return new Page(client, URI.create(tab.get("webSocketDebuggerUrl").stringValue()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        end();
        client.close();
    }

    private void end() {
        List<ProcessHandle> children;
        try (Stream<ProcessHandle> all = process.descendants()) {
            children = all.toList();
        }
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        AtomicFiles.delete(profile);
    }
}
