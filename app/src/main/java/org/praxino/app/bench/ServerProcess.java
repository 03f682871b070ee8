package org.praxino.app.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.praxino.app.cli.CommandContext;
import org.praxino.tensor.UserException;

/** A {@code praxino serve} process, for benchmarks. Closing it shuts it down gracefully. */
final class ServerProcess implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final long begun = System.nanoTime();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final URI url;

    /** @param log where its messages go */
    ServerProcess(Path data, Path log, List<String> options) {
        try {
            process = new ProcessBuilder(command(data, options)).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            if (line == null || !line.startsWith("http")) {
                throw new UserException("the server did not start: see " + log);
            }
            url = URI.create(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Options that give a server this model and the device, number format and threads of this process. */
    static List<String> options(String model, CommandContext context) {
        var options = new ArrayList<>(List.of("-m", model, "--device", context.device(), "--dtype", context.dtype().name().toLowerCase(Locale.ROOT)));
        if (context.threads() != null) {
            options.addAll(List.of("--threads", context.threads().toString()));
        }
        return List.copyOf(options);
    }

    /** The command that starts a server of this program. */
    static List<String> command(Path data, List<String> options) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> !a.startsWith("-javaagent") && !a.startsWith("-agentlib") && !a.startsWith("-XX:AOT")).forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.praxino.app.Main", "serve", "--port", "0", "--data",
                data.toString()));
        command.addAll(options);
        return command;
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return url.getPort();
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> post(String path, String json, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path)).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json));
        return client.send((headers.length == 0 ? request : request.headers(headers)).build(), BodyHandlers.ofByteArray());
    }

    /** Waits until it is ready. @return seconds since the process was started */
    double ready() throws IOException, InterruptedException {
        while (get("/readyz").statusCode() != 200) {
            if (!process.isAlive() || System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new UserException("the server did not become ready");
            }
            Thread.sleep(20);
        }
        return (System.nanoTime() - begun) / 1e9;
    }

    /** As a power cut would. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        client.close();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
    }
}
