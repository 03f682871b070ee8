package org.praxino.app.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.JsonResult;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.Version;
import org.praxino.media.Frame;
import org.praxino.media.Jpeg;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.Phase;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Gemm;
import org.praxino.tensor.UserException;

/** {@code bench stream}: measures a stream's speed and latency, compared with the teacher. */
public final class StreamBench {
    private static final int QUALITY = 85;
    private static final String PROMPT = "a ferris wheel spinning";

    /** Prompts that differ, so that no text state is remembered. */
    private static final List<String> SUBJECTS = List.of("cat", "dog", "rocket", "heart", "star", "tree", "robot", "fish");

    /**
     * Options of a benchmark.
     *
     * @param common model, file, repeats
     * @param seconds of video
     * @param teacher whether the teacher is measured too
     * @param profile whether it is only said where the time of a block goes
     */
    public record Options(BenchOptions common, double seconds, boolean teacher, boolean profile) implements JsonResult {
        @Override
        public @Nullable Path json() {
            return common.json();
        }

        public Options {
            if (!(seconds > 0 && seconds <= 3600)) {
                throw new UserException("--seconds " + seconds + " is not possible: give a number above 0, up to 3600");
            }
        }
    }

    /** Of one run: time of everything, and the middle times of a block's parts. */
    private record Run(double seconds, double make, double decode, double jpeg) {}

    private final VideoModel model;
    private final Options options;
    private final CommandContext context;
    private final double fps;
    private int asked;

    private StreamBench(VideoModel model, Options options, CommandContext context) {
        this.model = model;
        this.options = options;
        this.context = context;
        this.fps = model.info().size().fps();
    }

    public static int run(Options options, CommandContext context) {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        try (var model = VideoModel.open(options.common().model(), device, dtype)) {
            if (options.profile) {
                var report = StreamProfile.measure(model, options.seconds, name(dtype), context);
                report.print(context.console().out());
                writeJson(options, context, report);
            } else {
                StreamReport report = new StreamBench(model, options, context).measure(device, dtype);
                report.print(context.console().out());
                writeJson(options, context, report);
            }
        }
        return 0;
    }

    private static void writeJson(Options options, CommandContext context, Object report) {
        if (options.common().json() != null) {
            context.console().writeJson(options.common().json(), report);
        }
    }

    private static String name(DType dtype) {
        return dtype.name().toLowerCase(Locale.ROOT);
    }

    private StreamReport measure(Device device, DType dtype) {
        play(StreamOptions.DEFAULT, Math.min(2, options.seconds)); // warms up
        double startup = BenchReport.sinceStart();
        double peak = Gemm.peak(device, dtype);
        int threads = device.isCuda() ? Backend.threads() : VideoModel.streamThreads(Backend.threads());
        double ownPeak = peakOn(threads, device, dtype);
        Run together = best(StreamOptions.DEFAULT);
        Run apart = best(StreamOptions.DEFAULT.withOverlap(false));
        double first = middle(repeated(this::firstFrame));
        double visible = Collections.max(repeated(this::updateVisible));
        int block = java.util.Objects.requireNonNull(model.info().blockLength());
        double playback = 1000 * block * 4 / fps;
        double flops = model.blockFlops(PROMPT);
        var rows = List.of(
                BenchReport.Row.of("block", block + " latent frames", apart.make / 1e3, flops, ownPeak),
                BenchReport.Row.of("block beside decoding", block + " latent frames", together.make / 1e3, flops, ownPeak));
        double[] teacher = options.teacher ? teacher() : null;
        double frames = Math.round(options.seconds * fps);
        return new StreamReport(
                "stream", Version.text(), MachineInfo.of(context), name(dtype),
                model.info().name() + " " + model.info().hash(), options.seconds, options.seconds / together.seconds, options.seconds / apart.seconds,
                first, visible, playback + apart.make + apart.decode, apart.make, apart.decode, apart.jpeg,
                teacher == null ? null : (Double) teacher[0], teacher == null ? null : (Double) teacher[1],
                teacher == null ? null : (Double) (teacher[0] / first),
                teacher == null ? null : (Double) (teacher[1] / teacher[2] / (together.seconds / frames)),
                peak, ownPeak, threads, rows.getFirst().share(), rows.getFirst().gflops() / peak, startup, BenchReport.peakMemory(), rows);
    }

    /** The GEMM peak of so many threads. */
    private static double peakOn(int threads, Device device, DType dtype) {
        int all = Backend.threads();
        Backend.setThreads(threads);
        double peak = Gemm.peak(device, dtype);
        Backend.setThreads(all);
        return peak;
    }

    private Run best(StreamOptions how) {
        Run best = play(how, options.seconds);
        for (int i = 1; i < options.common().repeats(); i++) {
            Run next = play(how, options.seconds);
            best = next.seconds < best.seconds ? next : best;
        }
        return best;
    }

    private List<Double> repeated(java.util.function.DoubleSupplier what) {
        var all = new ArrayList<Double>();
        for (int i = 0; i < options.common().repeats(); i++) {
            context.stop().check();
            all.add(what.getAsDouble());
        }
        return all;
    }

    private static double middle(List<Double> values) {
        return values.isEmpty() ? Double.NaN : values.stream().sorted().toList().get(values.size() / 2);
    }

    private String newPrompt() {
        return "a " + SUBJECTS.get(asked % SUBJECTS.size()) + " number " + asked++;
    }

    private Jpeg jpeg() {
        return new Jpeg(model.info().size().width(), model.info().size().height(), QUALITY);
    }

    /** As fast as it goes, from prompt to JPEGs. */
    private Run play(StreamOptions how, double seconds) {
        context.stop().check();
        var make = Collections.synchronizedList(new ArrayList<Double>());
        var decode = Collections.synchronizedList(new ArrayList<Double>());
        double jpegs = 0;
        int frames = 0;
        long start = System.nanoTime();
        try (var jpeg = jpeg();
                var session = model.session(Timeline.of(newPrompt()).withSeed(1L).withSeconds(seconds), how, null)) {
            session.onEvent(event -> {
                if (event instanceof StreamEvent.BlockDone done) {
                    make.add(done.makeMillis());
                    decode.add(done.decodeMillis());
                }
            });
            while (session.frames().hasNext()) {
                Frame frame = session.frames().next();
                long begun = System.nanoTime();
                jpeg.encode(frame);
                jpegs += (System.nanoTime() - begun) / 1e6;
                frames++;
            }
            double whole = (System.nanoTime() - start) / 1e9;
            int block = java.util.Objects.requireNonNull(model.info().blockLength()) * 4;
            return new Run(whole, middle(List.copyOf(make)), middle(List.copyOf(decode)), jpegs / Math.max(1, frames) * block);
        }
    }

    /** Milliseconds from a prompt that is not cached to the first JPEG. */
    private double firstFrame() {
        String prompt = newPrompt();
        long start = System.nanoTime();
        try (var jpeg = jpeg();
                var session = model.session(Timeline.of(prompt).withSeed(1L), StreamOptions.DEFAULT, null)) {
            jpeg.encode(session.frames().next());
            return (System.nanoTime() - start) / 1e6;
        }
    }

    /** Milliseconds from a change in the middle of a block to the first frame that shows it, when frames are shown at their rate. */
    private double updateVisible() {
        try (var jpeg = jpeg();
                var session = model.session(Timeline.of(newPrompt()).withSeed(1L), StreamOptions.DEFAULT, null)) {
            int block = java.util.Objects.requireNonNull(model.info().blockLength()) * 4;
            long begun = 0;
            long changed = 0;
            long from = Long.MAX_VALUE;
            java.util.concurrent.CompletableFuture<org.praxino.stream.AppliedUpdate> answer = null;
            for (int shown = 0; ; shown++) {
                var frame = session.frames().nextStreamed();
                jpeg.encode(frame.frame());
                begun = shown == 0 ? System.nanoTime() : begun;
                pause(begun + (long) (shown / fps * 1e9)); // its time on show
                if (answer != null && answer.isDone()) {
                    from = answer.join().frame();
                }
                if (frame.number() >= from) {
                    return (System.nanoTime() - changed) / 1e6;
                }
                if (answer == null && shown == 4 * block + 2) { // the second frame of a block is on show
                    changed = System.nanoTime();
                    answer = session.prompt(newPrompt());
                }
            }
        }
    }

    private static void pause(long until) {
        long left = until - System.nanoTime();
        if (left > 0) {
            java.util.concurrent.locks.LockSupport.parkNanos(left);
        }
    }

    /** The teacher's milliseconds to the first frame, seconds for all, and frames. */
    private double[] teacher() {
        int wanted = (int) Math.ceil((options.seconds * fps - 1) / 4) * 4 + 1;
        int most = 4 * (model.info().size().frames() - 1) + 1;
        var request = model.resolve(GenerateRequest.of(PROMPT).withSeed(1).withFrames(Math.min(wanted, most)).withTeacher(true));
        long[] first = {0};
        model.generate(request.request().withSteps(1).withFrames(5)); // loads and warms up
        long start = System.nanoTime();
        var video = model.generate(request, (done, of, phase) -> {
            context.stop().check();
            if (first[0] == 0 && phase == Phase.DECODING) {
                first[0] = System.nanoTime();
            }
        });
        return new double[] {(first[0] - start) / 1e6, video.seconds(), request.frames()};
    }
}
