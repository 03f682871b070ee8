package org.praxino.app.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.JsonResult;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.ProgressLine;
import org.praxino.app.cli.Version;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Backend;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;

/**
 * {@code bench soak}: measures memory growth and speed of a long stream. Memory is compared after garbage collections at one tenth and at
 * the end. Because machine speed varies over half an hour, the last blocks are also compared with those of a new stream.
 */
public final class SoakBench {
    private static final int SHOWN = 100;

    /** Blocks after which a new stream's cache is full. */
    private static final int FILLED = 20;

    /** @param blocks to make */
    public record Options(String model, @Nullable Path json, int blocks) implements JsonResult {
        public Options {
            if (blocks < 40 || blocks > 10_000_000) {
                throw new UserException("--blocks " + blocks + " is not possible: give a number from 40 to 10000000");
            }
        }
    }

    /**
     * What was measured.
     *
     * @param rssGrowth resident memory at the end over that after the first tenth, less 1
     * @param blockTimeGrowth middle time of the last blocks (a hundred, or a tenth of all) over that of the first after the first tenth, less 1
     * @param firstBlockMs the middle time of the first ones
     * @param lastBlockMs the middle time of the last ones
     * @param freshBlockMs the middle time of as many blocks of a new stream right after those
     * @param blockTimeOverFresh the last ones' time over that, less 1
     */
    record Report(
            String bench, String version, Map<String, String> machine, String dtype, String model, int blocks, double minutes,
            @JsonProperty("rss_start_mib") double rssStartMib, @JsonProperty("rss_end_mib") double rssEndMib,
            @JsonProperty("rss_growth") double rssGrowth, @JsonProperty("first_block_ms") double firstBlockMs,
            @JsonProperty("last_block_ms") double lastBlockMs, @JsonProperty("block_time_growth") double blockTimeGrowth,
            @JsonProperty("fresh_block_ms") double freshBlockMs, @JsonProperty("block_time_over_fresh") double blockTimeOverFresh) {}

    private SoakBench() {}

    public static int run(Options options, CommandContext context) {
        Device device = context.openDevice();
        DType dtype = context.dtypeOn(device);
        try (var model = VideoModel.open(options.model, device, dtype);
                var progress = context.console().progress("blocks")) {
            Report report = soak(model, options, dtype, context, progress);
            progress.close();
            print(report, context);
            if (options.json != null) {
                context.console().writeJson(options.json, report);
            }
        }
        return 0;
    }

    private static Report soak(VideoModel model, Options options, DType dtype, CommandContext context, ProgressLine progress) {
        int warm = options.blocks / 10;
        long start = System.nanoTime();
        double[] resident = {0, 0};
        List<Double> times = play(model, options.blocks, context, made -> {
            progress.update(made, options.blocks, "streaming");
            if (resident[0] == 0 && made >= warm) {
                resident[0] = resident();
            }
            if (made == options.blocks) {
                resident[1] = resident();
            }
        });
        int span = Math.min(SHOWN, options.blocks / 10);
        double first = middle(times.subList(warm, warm + span));
        double last = middle(times.subList(options.blocks - span, options.blocks));
        double fresh = middle(play(model, FILLED + span, context, made -> {}).subList(FILLED, FILLED + span));
        return new Report(
                "soak", Version.text(), MachineInfo.of(context), dtype.name().toLowerCase(Locale.ROOT),
                model.info().name() + " " + model.info().hash(), options.blocks, (System.nanoTime() - start) / 60e9, resident[0], resident[1],
                resident[1] / resident[0] - 1, first, last, last / first - 1, fresh, last / fresh - 1);
    }

    /** A new stream's first blocks: what each took, making and decoding. @param seen receives their number so far, while the stream is open */
    private static List<Double> play(VideoModel model, int blocks, CommandContext context, IntConsumer seen) {
        var times = Collections.synchronizedList(new ArrayList<Double>());
        try (var session = model.session(Timeline.of("a ferris wheel spinning").withSeed(1L), StreamOptions.DEFAULT, null)) {
            session.onEvent(event -> {
                if (event instanceof StreamEvent.BlockDone done) {
                    times.add(done.makeMillis() + done.decodeMillis());
                }
            });
            while (times.size() < blocks) {
                context.stop().check();
                session.frames().next();
                seen.accept(Math.min(times.size(), blocks));
            }
        }
        return List.copyOf(times);
    }

    /** MiB, after garbage collection. */
    private static double resident() {
        System.gc();
        return Backend.residentBytes() / 1048576.0;
    }

    private static double middle(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void print(Report r, CommandContext context) {
        var out = context.console().out();
        MachineInfo.print(r.machine, out);
        out.println();
        out.printf(Locale.ROOT, "%d blocks in %.1f min%n", r.blocks, r.minutes);
        out.printf(Locale.ROOT, "rss_growth         %+.4f  %.0f MiB, then %.0f MiB%n", r.rssGrowth, r.rssStartMib, r.rssEndMib);
        out.printf(Locale.ROOT, "block_time_growth  %+.4f  %.1f ms, then %.1f ms%n", r.blockTimeGrowth, r.firstBlockMs, r.lastBlockMs);
        out.printf(Locale.ROOT, "over_fresh         %+.4f  %.1f ms in a new stream right after%n", r.blockTimeOverFresh, r.freshBlockMs);
    }
}
