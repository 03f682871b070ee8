package org.praxino.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.StopSignal;
import org.praxino.media.ContactSheet;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.Rgb;
import org.praxino.media.WriteOptions;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.Progress;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.eval.FollowingEvaluation;
import org.praxino.train.eval.FollowingReport;
import org.praxino.train.eval.MobileNetV2;
import org.praxino.train.eval.RealClips;

/** {@code eval --protocol following}: how a model follows prompts that combine a name with an attribute. */
final class FollowingEval {
    private static final int STRIDE = 4;
    private static final int ROWS = 36;
    private static final int COLUMNS = 6;

    /** What {@code --json} holds. */
    record Report(String model, String hash, String version, Map<String, String> machine, boolean teacher, @Nullable Integer steps, long seed,
            FollowingReport trained, FollowingReport heldOut) {}

    private final EvalOptions options;
    private final VideoModel model;
    private final MobileNetV2 network;
    private final ClipStore store;
    private final Progress progress;
    private final StopSignal stop;

    FollowingEval(EvalOptions options, VideoModel model, MobileNetV2 network, ClipStore store, Progress progress, StopSignal stop) {
        this.options = options;
        this.model = model;
        this.network = network;
        this.store = store;
        this.progress = progress;
        this.stop = stop;
    }

    Report run(String version, Map<String, String> machine) {
        return new Report(model.info().name(), model.info().hash(), version, machine, options.teacher(), options.steps(), options.seed(),
                score(ClipInfo.Split.TRAIN, options.prompts()), score(ClipInfo.Split.HELD_OUT, Math.max(1, options.prompts() / 4)));
    }

    private FollowingReport score(ClipInfo.Split split, int count) {
        var evaluation = new FollowingEvaluation(RealClips.onePerName(store, split), network, model.info().size().frames(), STRIDE,
                options.data().resolve("features"), progress);
        var sheet = new ContactSheet(model.info().size().width(), Rgb.WHITE);
        var rows = new ArrayList<String>();
        FollowingReport report = evaluation.run(count, options.seed(), (prompt, number) -> {
            var request = GenerateRequest.of(prompt).withSeed(options.seed() + number).withTeacher(options.teacher());
            List<Frame> frames = model.generate(options.steps() == null ? request : request.withSteps(options.steps()),
                    (done, of, phase) -> stop.check()).frames();
            if (rows.size() < ROWS) {
                rows.add(prompt);
                sheet.row(prompt, ContactSheet.spread(frames, COLUMNS));
            }
            return frames;
        });
        if (options.sheets() != null) {
            var about = new GeneratedMetadata(
                    String.join("; ", rows), options.seed(), model.info().name(), model.info().hash(), VideoModel.version());
            sheet.save(options.sheets().resolve(split == ClipInfo.Split.TRAIN ? "following.png" : "following-held-out.png"),
                    WriteOptions.generated(1, about));
        }
        return report;
    }

    static void print(PrintStream out, Report report) {
        print(out, "trained", report.trained);
        print(out, "held-out", report.heldOut);
    }

    private static void print(PrintStream out, String names, FollowingReport r) {
        out.printf(Locale.ROOT, "%d prompts of %s names with one attribute, %d names to find the figure among: in five by chance %.1f %%%n", r.all().prompts(), names, r.names(),
                100 * Math.min(1, 5.0 / r.names()));
        out.println("  attribute    prompts  generated  composed   chance  name in five  composed");
        r.kinds().forEach((kind, scores) -> row(out, kind.name().toLowerCase(Locale.ROOT), scores));
        row(out, "all", r.all());
    }

    private static void row(PrintStream out, String name, FollowingReport.Scores s) {
        out.printf(Locale.ROOT, "  %-12s %7d %8.1f %% %7.1f %% %6.1f %% %11.1f %% %7.1f %%%n", name, s.prompts(), 100 * s.generated(),
                100 * s.composed(), 100 * s.chance(), 100 * s.nameInFive(), 100 * s.composedNameInFive());
    }
}
