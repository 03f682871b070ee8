package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.JsonResult;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.Version;
import org.praxino.io.AtomicFiles;
import org.praxino.io.Json;
import org.praxino.io.model.ModelRepository;
import org.praxino.server.PraxinoServer;
import org.praxino.server.ServerConfig;
import org.praxino.server.engine.ServedModel;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;
import org.praxino.wan.folder.WanFolder;
import tools.jackson.databind.JsonNode;

/** {@code bench serve}: measures live sessions, alone and with other clients; the server runs in this process, the clients in another. */
public final class ServeBench {
    private static final int IDLE = 200;
    private static final int POLLS = 50;
    private static final int JOBS = 3;
    private static final String JOB = "{\"prompt\": \"a ferris wheel spinning\", \"teacher\": true, \"num_inference_steps\": 1000}";

    /** @param seconds of the watched session; the other parts take a fifth of it each */
    public record Options(String model, @Nullable Path json, double seconds) implements JsonResult {
        public Options {
            if (!(seconds >= 5 && seconds <= 86_400)) {
                throw new UserException("--seconds " + seconds + " is not possible: give a number from 5 to 86400");
            }
        }
    }

    /**
     * What was measured.
     *
     * @param startToFrameSeconds from the start of this process to the first frame at a client
     * @param seconds of the watched session
     * @param liveRate frames a second over the model's, of a client that shows in real time
     * @param lateShare of frames that came more than 50 ms after they should have been shown
     * @param lagP50 display lag, the middle one
     * @param lagP99 and the worst but for one in a hundred
     * @param halfLagP99 the same for a client that shows at half speed
     * @param halfGrowthMib resident memory at the end of that client over its beginning
     * @param freeRate frames a second of a client that takes what it can get
     * @param busyRate the same beside idle connections and polls
     * @param loss 1 less their ratio
     * @param polls that were answered, a second
     * @param besideJobsRate frames a second over the model's, of a client that shows in real time while jobs of the teacher wait
     * @param besideJobsLateShare of its frames that came more than 50 ms late
     */
    record Report(
            String bench, String version, Map<String, String> machine, String dtype, String model,
            @JsonProperty("start_to_first_frame_s") double startToFrameSeconds, double seconds, @JsonProperty("live_rate") double liveRate,
            @JsonProperty("late_share") double lateShare, @JsonProperty("display_lag_p50_ms") double lagP50,
            @JsonProperty("display_lag_ms") double lagP99, @JsonProperty("half_speed_lag_ms") double halfLagP99,
            @JsonProperty("half_speed_growth_mib") double halfGrowthMib, @JsonProperty("free_rate_fps") double freeRate,
            @JsonProperty("busy_rate_fps") double busyRate, @JsonProperty("busy_loss") double loss, @JsonProperty("polls_per_second") double polls,
            @JsonProperty("live_rate_beside_jobs") double besideJobsRate, @JsonProperty("late_share_beside_jobs") double besideJobsLateShare,
            @JsonProperty("rss_mib") long rssMib) {}

    private final Options options;
    private final CommandContext context;
    private final String address;
    private double firstFrame = Double.NaN;

    private ServeBench(Options options, CommandContext context, String address) {
        this.options = options;
        this.context = context;
        this.address = address;
    }

    public static int run(Options options, CommandContext context) throws IOException, InterruptedException {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        if (WanFolder.find(options.model, ModelRepository.defaults()) == null) {
            ModelRepository.defaults().open(options.model); // a wrong name is reported before anything starts
        }
        Path data = Files.createTempDirectory("praxino-bench");
        var opened = new AtomicReference<VideoModel>();
        var bind = new ServerConfig.Bind("127.0.0.1", 0, java.util.Set.of(), false);
        var usual = ServerConfig.defaults(data);
        var config = new ServerConfig(bind, data, null, usual.limits(), usual.hooks(), null);
        try (var server = PraxinoServer.start(config, List.of(() -> {
            var model = VideoModel.open(options.model, device, dtype);
            opened.set(model);
            return ServedModel.of(model); // closed by the server
        }))) {
            while (!server.ready()) {
                context.stop().check();
                if (server.failure().isPresent()) {
                    throw new UserException(server.failure().get());
                }
                Thread.sleep(20);
            }
            VideoModel model = Objects.requireNonNull(opened.get());
            if (!model.canStream()) {
                throw new UserException("model " + model.info().name()
                        + " has no student: it makes whole clips and does not stream, so there is no session to measure");
            }
            Report report = new ServeBench(options, context, "http://127.0.0.1:" + server.port()).measure(model, dtype);
            print(report, context);
            if (options.json != null) {
                context.console().writeJson(options.json, report);
            }
        } finally {
            AtomicFiles.delete(data);
        }
        return 0;
    }

    private Report measure(VideoModel model, DType dtype) throws IOException, InterruptedException {
        double fps = model.info().size().fps();
        double part = Math.max(5, options.seconds / 5);
        LiveLoadGenerator.Measurements live = clients(options.seconds, 1, 0, 0);
        double before = resident();
        LiveLoadGenerator.Measurements half = clients(part, 0.5, 0, 0);
        double growth = resident() - before;
        double free = rate(clients(part, 0, 0, 0));
        LiveLoadGenerator.Measurements busy = clients(part, 0, IDLE, POLLS);
        LiveLoadGenerator.Measurements beside = besideJobs(part);
        return new Report(
                "serve", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT),
                model.info().name() + " " + model.info().hash(), firstFrame, options.seconds, rate(live) / fps,
                        (double) live.late() / Math.max(1, live.frames()),
                share(live.lagMs(), 0.5), share(live.lagMs(), 0.99), share(half.lagMs(), 0.99), growth, free, rate(busy), 1 - rate(busy) / free,
                busy.polls() / busy.seconds(), rate(beside) / fps, (double) beside.late() / Math.max(1, beside.frames()),
                BenchReport.peakMemory());
    }

    /** A client in real time while there is always a job of the teacher to be made. */
    private LiveLoadGenerator.Measurements besideJobs(double seconds) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var ids = new ArrayList<String>();
            for (int i = 0; i < JOBS; i++) {
                var answer = http.send(HttpRequest.newBuilder(URI.create(address + "/v1/videos")).header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(JOB)).build(), BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new UserException("a job was refused: " + answer.body());
                }
                ids.add(Json.parse(answer.body(), "the job", JsonNode.class).get("id").stringValue());
            }
            try {
                return clients(seconds, 1, 0, 0);
            } finally {
                for (String id : ids) {
                    http.send(HttpRequest.newBuilder(URI.create(address + "/v1/videos/" + id)).DELETE().build(), BodyHandlers.discarding());
                }
            }
        }
    }

    private static double rate(LiveLoadGenerator.Measurements seen) {
        return (seen.frames() - 1) / seen.seconds();
    }

    private static double share(List<Double> values, double share) {
        return values.isEmpty() ? Double.NaN : values.stream().sorted().toList()
                .get((int) Math.min(values.size() - 1, Math.floor(values.size() * share)));
    }

    /** MiB, after garbage collection. */
    private static double resident() {
        System.gc();
        return Backend.residentBytes() / 1048576.0;
    }

    private LiveLoadGenerator.Measurements clients(double seconds, double pace, int idle, int polls) throws IOException, InterruptedException {
        context.stop().check();
        var load = new LiveLoadGenerator.Load(address, seconds, pace, idle, polls);
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-Xmx512m", "-cp",
                        System.getProperty("java.class.path"),
                LiveLoadGenerator.class.getName()));
        command.addAll(load.arguments());
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                context.stop().check();
                if (line.equals("first")) {
                    firstFrame = Double.isNaN(firstFrame) ? BenchReport.sinceStart() : firstFrame;
                } else if (line.startsWith("{")) {
                    return Json.parse(line, "what the clients say", LiveLoadGenerator.Measurements.class);
                }
            }
        } finally {
            process.destroy();
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        throw new UserException("the process with the clients ended early");
    }

    private static void print(Report r, CommandContext context) {
        var out = context.console().out();
        MachineInfo.print(r.machine, out);
        out.println();
        out.printf(Locale.ROOT, "start_to_first_frame_s %8.2f  s from the start of the process to the first frame at a client%n",
                r.startToFrameSeconds);
        out.printf(Locale.ROOT, "live_rate              %8.3f  of real time over %.0f s; %.1f %% of the frames late%n", r.liveRate,
                r.seconds, 100 * r.lateShare);
        out.printf(Locale.ROOT, "display_lag_ms         %8.0f  ms, 99 of 100 blocks; the middle one %.0f ms%n", r.lagP99, r.lagP50);
        out.printf(Locale.ROOT, "half_speed_lag_ms      %8.0f  ms for a client at half speed; memory grew by %.1f MiB%n", r.halfLagP99,
                r.halfGrowthMib);
        out.printf(Locale.ROOT, "busy_loss              %8.3f  %.1f fps alone, %.1f beside %d idle connections and %.0f polls a second%n",
                r.loss, r.freeRate, r.busyRate, IDLE, r.polls);
        out.printf(Locale.ROOT, "live_rate_beside_jobs  %8.3f  of real time while jobs of the teacher wait; %.1f %% of the frames late%n",
                r.besideJobsRate, 100 * r.besideJobsLateShare);
        out.printf(Locale.ROOT, "rss_mib                %8d  MiB at most%n", r.rssMib);
    }
}
