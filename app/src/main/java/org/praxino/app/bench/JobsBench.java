package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.JsonResult;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.ProgressLine;
import org.praxino.app.cli.StopSignal;
import org.praxino.app.cli.Version;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/**
 * {@code bench jobs}: measures a server in a separate process: startup time, the cost of polling clients, and whether a kill loses accepted
 * jobs.
 */
public final class JobsBench {
    private static final int ACCEPTED_A_ROUND = 5;

    /**
     * @param jobs measured, alone and again while they are asked for
     * @param frames of each
     * @param polls a second
     * @param kills of the server, each in the middle of accepted work
     */
    public record Options(String model, @Nullable Path json, int jobs, int frames, int polls, int kills) implements JsonResult {
        public Options {
            if (jobs < 1 || jobs > 1000 || frames < 1 || polls < 1 || polls > 80 || kills < 0 || kills > 100_000) {
                throw new UserException("--jobs must lie between 1 and 1000, --frames above 0, --polls between 1 and 80, --kills between 0 and 100000");
            }
        }
    }

    /**
     * What was measured.
     *
     * @param readySeconds from the start of the process to {@code /readyz} saying so
     * @param jobSeconds middle time of a job, from request to file
     * @param pollCost time of a job while the polls continue over that without them, less 1
     * @param pollP50Ms the middle answer of a poll
     * @param pollP99Ms the one that is worse than 99 of 100
     * @param accepted jobs that were accepted before a kill
     * @param lost those of which the next server knew nothing
     * @param restartSeconds the longest time from a start after a kill to being ready
     */
    record Report(
            String bench, String version, Map<String, String> machine, String model, int frames, @JsonProperty("ready_seconds") double readySeconds,
            @JsonProperty("job_seconds") double jobSeconds, @JsonProperty("job_seconds_polled") double jobSecondsPolled,
            @JsonProperty("poll_cost") double pollCost, @JsonProperty("polls_per_second") int pollsPerSecond, long polls,
            @JsonProperty("poll_p50_ms") double pollP50Ms, @JsonProperty("poll_p99_ms") double pollP99Ms, int kills, int accepted, int lost,
            @JsonProperty("restart_seconds") double restartSeconds) {}

    private final Options options;
    private final CommandContext context;
    private final Path folder;
    private final List<String> serve;

    private JobsBench(Options options, CommandContext context, Path folder) {
        this.options = options;
        this.context = context;
        this.folder = folder;
        this.serve = ServerProcess.options(options.model, context);
    }

    public static int run(Options options, CommandContext context) throws IOException, InterruptedException {
        context.stop().needs(StopSignal.SERVER); // a server of its own is stopped, too
        Path folder = Files.createTempDirectory("praxino-bench-jobs");
        try (var progress = context.console().progress("jobs")) {
            Report report = new JobsBench(options, context, folder).measure(progress);
            progress.close();
            print(report, context);
            if (options.json != null) {
                context.console().writeJson(options.json, report);
            }
        } finally {
            AtomicFiles.delete(folder);
        }
        return 0;
    }

    private ServerProcess start() {
        return new ServerProcess(folder.resolve("data"), folder.resolve("log"), serve);
    }

    private Report measure(ProgressLine progress) throws IOException, InterruptedException {
        double ready;
        double alone;
        double polled;
        var polls = Collections.synchronizedList(new ArrayList<Double>());
        try (var server = start()) {
            ready = server.ready();
            job(server); // the first one finds cold code
            alone = jobs(server, progress, 0);
            polled = polled(server, progress, polls);
        }
        var lost = new int[2];
        double restart = kills(progress, lost);
        List<Double> sorted = polls.stream().sorted().toList();
        return new Report("jobs", Version.text(), MachineInfo.of(context), options.model, options.frames, ready, alone, polled,
                polled / alone - 1, options.polls, sorted.size(), rank(sorted, 0.5), rank(sorted, 0.99), options.kills, lost[0], lost[1], restart);
    }

    private double polled(ServerProcess server, ProgressLine progress, List<Double> polls) throws IOException, InterruptedException {
        String asked = "/v1/videos/" + submitted(server, 1).getFirst();
        var timer = Executors.newScheduledThreadPool(4, Thread.ofPlatform().daemon().factory());
        try {
            timer.scheduleAtFixedRate(() -> {
                long begun = System.nanoTime();
                try {
                    if (server.get(asked).statusCode() == 200) {
                        polls.add((System.nanoTime() - begun) / 1e6);
                    }
                } catch (IOException | InterruptedException e) {
                    // not counted
                }
            }, 0, 1_000_000_000L / options.polls, TimeUnit.NANOSECONDS);
            return jobs(server, progress, options.jobs);
        } finally {
            timer.shutdownNow();
        }
    }

    /** The middle time of a job. */
    private double jobs(ServerProcess server, ProgressLine progress, int done) throws IOException, InterruptedException {
        var times = new ArrayList<Double>();
        for (int i = 0; i < options.jobs; i++) {
            context.stop().check();
            times.add(job(server));
            progress.update(done + i + 1, 2L * options.jobs + options.kills, "jobs");
        }
        return rank(times.stream().sorted().toList(), 0.5);
    }

    private String body(int frames) {
        return "{\"prompt\": \"a ferris wheel spinning\", \"seed\": 1, \"format\": \"gif\", \"num_frames\": " + frames + "}";
    }

    private double job(ServerProcess server) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        taken(server.post("/v1/videos/sync", body(options.frames)));
        return (System.nanoTime() - begun) / 1e9;
    }

    private static HttpResponse<byte[]> taken(HttpResponse<byte[]> answer) {
        if (answer.statusCode() != 200) {
            throw new UserException("the server answered " + answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer;
    }

    private List<String> submitted(ServerProcess server, int count) throws IOException, InterruptedException {
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            byte[] job = taken(server.post("/v1/videos", body(1))).body();
            ids.add(Json.parse(new String(job, StandardCharsets.UTF_8), "the answer", JsonNode.class).get("id").stringValue());
        }
        return ids;
    }

    /** @param lost accepted and lost jobs, added up @return the longest time to being ready again */
    private double kills(ProgressLine progress, int[] lost) throws IOException, InterruptedException {
        double restart = 0;
        List<String> promised = List.of();
        for (int round = 0; round <= options.kills && options.kills > 0; round++) {
            context.stop().check();
            var server = start();
            try {
                double ready = server.ready();
                restart = round == 0 ? 0 : Math.max(restart, ready);
                for (String id : promised) {
                    lost[1] += server.get("/v1/videos/" + id).statusCode() == 200 ? 0 : 1;
                }
                if (round < options.kills) {
                    promised = submitted(server, ACCEPTED_A_ROUND);
                    lost[0] += promised.size();
                    server.kill();
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                server.close();
                throw e;
            }
            if (round == options.kills) {
                server.close();
            }
            progress.update(2L * options.jobs + round, 2L * options.jobs + options.kills, "kills");
        }
        return restart;
    }

    private static double rank(List<Double> sorted, double share) {
        return sorted.isEmpty() ? Double.NaN : sorted.get((int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size())));
    }

    private static void print(Report r, CommandContext context) {
        var out = context.console().out();
        MachineInfo.print(r.machine, out);
        out.println();
        out.printf(Locale.ROOT, "ready_seconds    %.2f%n", r.readySeconds);
        out.printf(Locale.ROOT, "job_seconds      %.3f alone, %.3f with %d polls a second%n", r.jobSeconds, r.jobSecondsPolled, r.pollsPerSecond);
        out.printf(Locale.ROOT, "poll_cost        %+.4f%n", r.pollCost);
        out.printf(Locale.ROOT, "poll_ms          %.1f in the middle, %.1f of the slowest hundredth, of %d%n", r.pollP50Ms, r.pollP99Ms, r.polls);
        out.printf(Locale.ROOT, "lost             %d of %d accepted jobs in %d kills; ready again after %.2f s at most%n", r.lost,
                r.accepted, r.kills,
                r.restartSeconds);
    }
}
