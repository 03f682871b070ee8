package org.praxino.app.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** Outages while jobs run: the database stops and starts, the disk is full for a while. A second server tries to take the folder and the database. */
final class OutageFaults {
    private static final long AWAY_MILLIS = 3_000;
    private static final int SUBMITTED = 3;
    private static final String JOB = "{\"prompt\": \"a ferris wheel spinning\", \"seed\": 1, \"format\": \"gif\", \"num_frames\": 9}";

    /**
     * Result of the rounds.
     *
     * @param readySeconds from the return of what was missing to being ready
     */
    record Outcome(AcceptedJobs.Counts counts, double readySeconds) {}

    private final Path folder;
    private final Path log;
    private final List<String> serve;

    OutageFaults(Path folder, Path log, List<String> serve) {
        this.folder = folder;
        this.log = log;
        this.serve = serve;
    }

    /** PostgreSQL stops and starts; then two other servers try to take folder and database. */
    Outcome database(PostgresqlProcess postgresql, int rounds) throws IOException, InterruptedException {
        Path data = folder.resolve("database");
        var options = new ArrayList<>(serve);
        options.addAll(List.of("--database", postgresql.url()));
        var jobs = new AcceptedJobs();
        double slowest = 0;
        try (var server = new ServerProcess(data, log, options)) {
            server.ready();
            for (int i = 0; i < rounds; i++) {
                jobs.newRound();
                submit(jobs, server);
                postgresql.stop();
                Thread.sleep(AWAY_MILLIS);
                postgresql.startAgain();
                slowest = Math.max(slowest, secondsToReady(server));
                jobs.awaitEnd(server);
            }
            refuses(data, options);
            refuses(folder.resolve("another"), options);
            submit(jobs, server);
            jobs.awaitEnd(server);
            return new Outcome(jobs.counts(server, data), slowest);
        }
    }

    /** Two servers never share a folder or a database. */
    private void refuses(Path data, List<String> options) throws IOException, InterruptedException {
        Process second = new ProcessBuilder(ServerProcess.command(data, options)).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        if (!second.waitFor(2, TimeUnit.MINUTES)) {
            second.destroyForcibly().waitFor();
            throw new UserException("a second server runs with " + data + " beside the first: see " + log);
        }
        if (second.exitValue() != 2) {
            throw new UserException("a second server with " + data + " ended with " + second.exitValue() + " and not with 2: see " + log);
        }
    }

    /** The disk of finished videos is full. @return null where no small file system can be mounted, which takes root */
    @Nullable Outcome disk() throws IOException, InterruptedException {
        Path data = folder.resolve("disk");
        Path small = Files.createDirectories(data.resolve("jobs"));
        if (!mounted("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString())) {
            return null;
        }
        var jobs = new AcceptedJobs();
        try (var server = new ServerProcess(data, log, serve)) {
            server.ready();
            fill(small.resolve("filler"));
            submit(jobs, server);
            long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
            while (server.get("/readyz").statusCode() != 503 && System.nanoTime() < until) {
                Thread.sleep(20);
            }
            Files.delete(small.resolve("filler"));
            double ready = secondsToReady(server);
            jobs.awaitEnd(server);
            return new Outcome(jobs.counts(server, data), ready);
        } finally {
            for (int i = 0; i < 50 && !mounted("umount", small.toString()); i++) {
                Thread.sleep(100);
            }
        }
    }

    private static boolean mounted(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program here
        }
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException e) {
            // it is full
        }
    }

    private static void submit(AcceptedJobs jobs, ServerProcess server) throws IOException, InterruptedException {
        for (int i = 0; i < SUBMITTED; i++) {
            jobs.submit(server, JOB);
        }
    }

    private static double secondsToReady(ServerProcess server) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (server.get("/readyz").statusCode() != 200) {
            if (System.nanoTime() - begun > TimeUnit.MINUTES.toNanos(5)) {
                throw new UserException("the server did not become ready again");
            }
            Thread.sleep(20);
        }
        return (System.nanoTime() - begun) / 1e9;
    }
}
