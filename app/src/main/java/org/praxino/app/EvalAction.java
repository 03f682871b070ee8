package org.praxino.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.MachineInfo;
import org.praxino.app.cli.ProgressLine;
import org.praxino.app.cli.Version;
import org.praxino.codec.VideoCodec;
import org.praxino.io.FileErrors;
import org.praxino.io.Json;
import org.praxino.io.model.ModelFolder;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.ModelRepository;
import org.praxino.io.model.Showcase;
import org.praxino.media.ContactSheet;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.media.WriteOptions;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.VideoModel;
import org.praxino.stream.WaltComponents;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.text.MiniLmEncoder;
import org.praxino.text.TextStates;
import org.praxino.train.data.CaptionLimit;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.DatasetInfo;
import org.praxino.train.eval.CodecEvaluation;
import org.praxino.train.eval.EvalPrompt;
import org.praxino.train.eval.Evaluation;
import org.praxino.train.eval.EvaluationReport;
import org.praxino.train.eval.FlowLossReport;
import org.praxino.train.eval.FlowLosses;
import org.praxino.train.eval.FvdSample;
import org.praxino.train.eval.I3dFvd;
import org.praxino.train.eval.MobileNetV2;
import org.praxino.train.eval.NsfwjsWeights;
import org.praxino.train.eval.RealClips;
import org.praxino.train.eval.VideoScores;
import org.praxino.train.student.Teacher;

/** {@code eval}: evaluates a model on training and held-out names, with contact sheets. */
final class EvalAction {
    /** Every which frame the features look at: once for what a latent frame stands for. */
    private static final int STRIDE = 4;

    static final String HEADER = "             FD-MobileNetV2   -motion   right first   in five   gender folded   in five   motion   ratio";

    /** A sheet shows at most so many clips, each by so many frames. */
    private static final int ROWS = 32;

    private static final int COLUMNS = 6;

    /** Prompts of a showcase. */
    private static final int SHOWCASE = 48;

    /** What {@code --json} holds. */
    record Report(
            String model, String hash, String version, Map<String, String> machine, String dtype, @Nullable Integer steps,
            boolean teacher, long seed, CodecEvaluation.@Nullable Reconstruction reconstruction, @Nullable EvaluationReport trained,
            @Nullable EvaluationReport heldOut, @Nullable FlowLossReport flow, StreamEval.@Nullable FirstAndLast stream, double seconds) {}

    private final EvalOptions options;
    private final CommandContext context;
    private final Device device;
    private final DType dtype;

    private EvalAction(EvalOptions options, CommandContext context) {
        this.options = options;
        this.context = context;
        this.device = context.openDevice();
        this.dtype = context.dtypeOn(device);
    }

    static int run(EvalOptions options, CommandContext context) throws IOException {
        return new EvalAction(options, context).run();
    }

    private int run() throws IOException {
        long start = System.nanoTime();
        if (options.i3d() != null && !Files.isReadable(options.i3d())) {
            throw FileErrors.reading(options.i3d(), new NoSuchFileException(options.i3d().toString()));
        }
        if (options.sheets() != null) {
            try {
                Files.createDirectories(options.sheets()); // before the work, not after it
            } catch (IOException e) {
                throw FileErrors.writing(options.sheets(), e);
            }
        }
        Report against = options.against() == null ? null : Json.read(options.against(), Report.class);
        ModelFolder folder = ModelRepository.defaults().open(options.model());
        if (!folder.has(ModelFolder.DENOISER)) {
            requireTokenizerOptions(folder.info().name());
        }
        boolean teacher = options.teacher() || !folder.has(ModelFolder.STUDENT);
        if (options.steps() != null && !teacher) {
            throw new UserException("--steps " + options.steps() + " belongs to the teacher, and the student of " + folder.info().name()
                    + " would be scored: add --teacher");
        }
        if (options.stream() != null && teacher) {
            throw new UserException("--stream needs a model that streams, and " + folder.info().name() + " is scored without a student");
        }
        if (options.protocol() == EvalOptions.Protocol.FOLLOWING) {
            return following(folder);
        }
        if (options.protocol() == EvalOptions.Protocol.K600 || options.protocol() == EvalOptions.Protocol.LONG) {
            return givenFrames(folder);
        }
        try (var store = ClipStore.open(options.data());
                var progress = context.console().progress("clips")) {
            requireSameSize(store.info(), folder.info());
            int frames = folder.info().size().frames();
            ClipInfo.Split heldOut = new RealClips(store, ClipInfo.Split.HELD_OUT).clips().isEmpty() ? ClipInfo.Split.TRAIN : ClipInfo.Split.HELD_OUT;
            if (heldOut == ClipInfo.Split.TRAIN) {
                context.console().message(options.data() + " holds no held-out moving clip: all scores are of clips that training saw.");
            }
            CodecEvaluation.Reconstruction reconstruction = null;
            if (options.reconstructions() > 0) {
                try (var codec = WaltComponents.codec(folder, device, dtype)) {
                    reconstruction = CodecEvaluation.run(
                            codec, device, new RealClips(store, heldOut), frames, options.reconstructions(),
                            context.stopping(progress));
                }
            }
            EvaluationReport trained = null;
            EvaluationReport held = null;
            StreamEval.FirstAndLast ends = null;
            if (options.prompts() > 0 && !folder.has(ModelFolder.DENOISER)) {
                try (var network = NsfwjsWeights.open(device, places());
                        var codec = WaltComponents.codec(folder, device, dtype)) {
                    trained = scoreTokenizer(codec, frames, network, store, ClipInfo.Split.TRAIN, options.prompts(), progress);
                    held = heldOut == ClipInfo.Split.TRAIN ? null
                            : scoreTokenizer(codec, frames, network, store, heldOut, Math.max(1, options.prompts() / 4), progress);
                }
            }
            FlowLossReport flow = options.flowClips() > 0 && folder.has(ModelFolder.DENOISER) ? flow(folder, frames, store, progress) : null;
            if ((options.prompts() > 0 || options.stream() != null) && folder.has(ModelFolder.DENOISER)) {
                try (var network = NsfwjsWeights.open(device, places());
                        var i3d = options.i3d() == null ? null : I3dFvd.open(options.i3d(), device);
                        var codec = WaltComponents.codec(folder, device, dtype);
                        var model = VideoModel.open(options.model(), device, dtype)) {
                    if (options.prompts() > 0) {
                        trained = score(model, codec, network, i3d, store, ClipInfo.Split.TRAIN, options.prompts(), progress);
                        held = heldOut == ClipInfo.Split.TRAIN ? null
                                : score(model, codec, network, i3d, store, heldOut, Math.max(1, options.prompts() / 4), progress);
                    }
                    ends = options.stream() == null ? null : stream(model, network, store, options.stream(), progress);
                }
            }
            progress.close();
            var report = new Report(
                    folder.info().name(), folder.info().hash(), Version.text(), MachineInfo.of(context),
                    dtype.name().toLowerCase(Locale.ROOT), options.steps(), teacher, options.seed(),
                    reconstruction, trained, held, flow, ends, (System.nanoTime() - start) / 1e9);
            if (options.json() != null) {
                context.console().writeJson(options.json(), report);
            }
            if (options.showcase() != null && trained != null) {
                showcase(folder.info().hash(), trained).write(options.showcase());
            }
            print(report);
            if (against != null) {
                compare(report, against);
            }
            return 0;
        }
    }

    /** A tokenizer alone makes no clips. */
    private void requireTokenizerOptions(String name) {
        String given = options.teacher() ? "--teacher" : options.steps() != null ? "--steps" : options.stream() != null ? "--stream"
                : options.against() != null ? "--against" : options.showcase() != null ? "--showcase" : options.i3d() != null ? "--i3d" : options.sheets() != null ? "--sheets" : null;
        if (given != null) {
            throw new UserException(given + " has no effect on " + name + ": a tokenizer alone generates nothing");
        }
    }

    private int following(ModelFolder folder) throws IOException {
        if (!folder.has(ModelFolder.DENOISER)) {
            throw new UserException("--protocol following needs a model that generates, and " + folder.info().name() + " is a tokenizer");
        }
        try (var store = ClipStore.open(options.data());
                var network = NsfwjsWeights.open(device, places());
                var model = VideoModel.open(options.model(), device, dtype);
                var progress = context.console().progress("clips")) {
            requireSameSize(store.info(), folder.info());
            var eval = new FollowingEval(options, model, network, store, context.stopping(progress), context.stop());
            FollowingEval.Report report = eval.run(Version.text(), MachineInfo.of(context));
            progress.close();
            if (options.json() != null) {
                context.console().writeJson(options.json(), report);
            }
            FollowingEval.print(context.console().out(), report);
            return 0;
        }
    }

    private int givenFrames(ModelFolder folder) throws IOException {
        if (!folder.has(ModelFolder.DENOISER)) {
            throw new UserException("--protocol " + options.protocol().name().toLowerCase(Locale.ROOT) + " needs a model that generates, and " + folder.info().name()
                    + " is a tokenizer");
        }
        try (var store = ClipStore.open(options.data());
                var i3d = options.i3d() == null ? null : I3dFvd.open(options.i3d(), device);
                var model = VideoModel.open(options.model(), device, dtype);
                var progress = context.console().progress("clips")) {
            requireSameSize(store.info(), folder.info());
            var eval = new GivenFramesEval(options, model, store, context.stopping(progress), context.stop());
            GivenFramesEval.Report report = options.protocol() == EvalOptions.Protocol.K600 ? eval.prediction(i3d) : eval.drift();
            progress.close();
            if (options.json() != null) {
                context.console().writeJson(options.json(), report);
            }
            GivenFramesEval.print(context.console().out(), report);
            return 0;
        }
    }

    private void requireSameSize(DatasetInfo data, ModelInfo model) {
        var size = model.size();
        if (data.width() != size.width() || data.height() != size.height()) {
            throw new UserException(options.data() + " holds clips of " + data.width() + "x" + data.height() + ", but " + model.name() + " makes "
                    + size.width() + "x" + size.height() + ": prepare the data at that size");
        }
    }

    private EvaluationReport score(
            VideoModel model, VideoCodec codec, MobileNetV2 network, @Nullable I3dFvd i3d, ClipStore store, ClipInfo.Split split, int count,
            ProgressLine progress) {
        var real = RealClips.onePerName(store, split);
        var evaluation = evaluation(model.info().size().frames(), real, network, progress);
        var sheet = new ContactSheet(model.info().size().width(), Rgb.WHITE);
        var rows = new ArrayList<String>();
        var report = evaluation.run(
                prompts(real, count),
                (prompt, number) -> {
                    var request = GenerateRequest.of(prompt.text()).withSeed(options.seed() + number).withTeacher(options.teacher());
                    List<Frame> frames = model.generate(
                                    options.steps() == null ? request : request.withSteps(options.steps()), (done, of, note) ->
                                            context.stop().check())
                            .frames();
                    if (rows.size() < ROWS) {
                        rows.add(prompt.text());
                        sheet.row(prompt.text(), ContactSheet.spread(frames, COLUMNS));
                    }
                    return VideoTensors.toTensor(frames);
                },
                codec,
                i3d, new FvdSample(options.fvdClips(), options.seed()));
        save(sheet, split == ClipInfo.Split.TRAIN ? "trained.png" : "held-out.png", rows, model);
        return report;
    }

    /** From captions that the text encoder reads; the others are reported and not scored. */
    private List<EvalPrompt> prompts(RealClips real, int count) {
        try (var limit = new CaptionLimit()) {
            Predicate<String> tooLong = caption -> !limit.fits(caption);
            List<ClipStore.Clip> affected = real.clips().stream().filter(c -> !EvalPrompt.captions(c, tooLong).isEmpty()).toList();
            if (!affected.isEmpty()) {
                context.console().message("captions of " + affected.size() + " clips in " + real.split() + " are longer than the text encoder reads and"
                        + " are no prompts; the first is of " + affected.getFirst().info().file() + ".");
            }
            return EvalPrompt.draw(real, count, options.seed(), options.wording(), limit::fits);
        }
    }

    private List<Path> places() {
        return List.of(options.data(), options.data().resolve("downloads"));
    }

    private EvaluationReport scoreTokenizer(
            VideoCodec codec, int frames, MobileNetV2 network, ClipStore store, ClipInfo.Split split, int count, ProgressLine progress) {
        var real = RealClips.onePerName(store, split);
        return evaluation(frames, real, network, progress)
                .run(prompts(real, count), null, codec, null);
    }

    /** The teacher's loss on real clips of trained names, spread evenly, with one of their captions each. */
    private FlowLossReport flow(ModelFolder folder, int frames, ClipStore store, ProgressLine progress) {
        var real = RealClips.onePerName(store, ClipInfo.Split.TRAIN);
        int count = Math.min(options.flowClips(), real.clips().size());
        var latents = new ArrayList<Tensor>();
        var captions = new ArrayList<String>();
        try (var scope = Scope.open("flow loss");
                var codec = WaltComponents.codec(folder, device, dtype);
                var encoder = MiniLmEncoder.open(device, DType.F32);
                var teacher = Teacher.open(folder, device)) {
            for (EvalPrompt prompt : prompts(real, count)) {
                Tensor video = real.video(real.clips().get(prompt.index()), 0, frames).unsqueeze(0).to(device);
                latents.add(codec.encode(video).squeeze(0));
                captions.add(prompt.text());
                context.stop().check();
            }
            TextStates texts = encoder.encode(captions);
            return FlowLosses.measure(
                    teacher.network(), teacher.process(), latents, texts, device, options.seed(), context.stopping(progress));
        }
    }

    private Evaluation evaluation(int frames, RealClips real, MobileNetV2 network, ProgressLine progress) {
        return new Evaluation(
                real, network, frames, STRIDE, options.data().resolve("features"), context.stopping(progress));
    }

    private StreamEval.FirstAndLast stream(VideoModel model, MobileNetV2 network, ClipStore store, double seconds, ProgressLine progress) {
        var real = RealClips.onePerName(store, ClipInfo.Split.TRAIN);
        var eval = new StreamEval(model, evaluation(model.info().size().frames(), real, network, progress));
        List<EvalPrompt> prompts = prompts(real, options.streams());
        StreamEval.FirstAndLast ends = eval.run(prompts, seconds, options.seed(), context.stopping(progress));
        save(eval.sheet(), "stream.png", prompts.stream().map(EvalPrompt::text).toList(), model);
        return ends;
    }

    private void save(ContactSheet sheet, String name, List<String> prompts, VideoModel model) {
        if (options.sheets() != null) {
            var about = new GeneratedMetadata(
                    String.join("; ", prompts), options.seed(), model.info().name(), model.info().hash(), VideoModel.version());
            sheet.save(options.sheets().resolve(name), WriteOptions.generated(1, about));
        }
    }

    /** The clips whose nearest real clip has the right name. */
    private Showcase showcase(String hash, EvaluationReport report) {
        var entries = new ArrayList<Showcase.Entry>();
        for (int i = 0; i < report.each().size(); i++) {
            EvaluationReport.PromptResult r = report.each().get(i);
            if (r.place() == 1 && r.margin() != null) {
                entries.add(new Showcase.Entry(r.prompt(), r.name(), options.seed() + i, r.margin()));
            }
        }
        return new Showcase(hash, entries).best(SHOWCASE);
    }

    /** The shares that a student is judged by. */
    private void compare(Report r, Report against) {
        var out = context.console().out();
        out.println("against " + against.model + (against.teacher ? "'s teacher" : "'s student") + " in " + options.against() + ":");
        compare(out, "trained", r.trained, against.trained);
        compare(out, "held-out", r.heldOut, against.heldOut);
    }

    private void compare(PrintStream out, String names, @Nullable EvaluationReport r, @Nullable EvaluationReport against) {
        if (r == null || against == null || r.generated() == null || against.generated() == null) {
            return;
        }
        if (!r.data().equals(against.data()) || !prompts(r).equals(prompts(against))) {
            throw new UserException(options.against() + " holds scores of other prompts or other data: evaluate both with the same --data, --prompts"
                    + " and --seed");
        }
        out.println("  " + names + ": " + StreamEval.shares(r.generated(), against.generated()));
    }

    private static List<String> prompts(EvaluationReport r) {
        return r.each().stream().map(EvaluationReport.PromptResult::prompt).toList();
    }

    private void print(Report r) {
        var out = context.console().out();
        var c = r.reconstruction;
        if (c != null) {
            out.printf(Locale.ROOT, "reconstruction, %d %s clips of %d frames: PSNR %.2f dB (worst %.2f), SSIM %.4f; first frame held"
                    + " still: %.2f dB, %.4f%n", c.clips(), c.split().equals(ClipInfo.Split.HELD_OUT.name()) ? "held-out" : "training", c.frames(), c.psnr(), c.worstPsnr(), c.ssim(), c.stillPsnr(), c.stillSsim());
        }
        if (r.trained != null) {
            print(out, "trained", r.trained);
        }
        if (r.heldOut != null) {
            print(out, "held-out", r.heldOut);
        }
        if (r.flow != null) {
            print(out, r.flow);
        }
        if (r.stream != null) {
            StreamEval.print(out, r.stream);
        }
        out.printf(Locale.ROOT, "%.0f s%n", r.seconds);
    }

    /** A table; the place of every single prompt stands in the file. */
    private static void print(PrintStream out, String names, EvaluationReport r) {
        out.printf(Locale.ROOT, "%d prompts of %s names against %d real clips of %d names, %d frames, features of %s%n", r.prompts(), names,
                r.realClips(), r.names(), r.frames(), r.features());
        out.println(HEADER + (r.fvdProtocol() == null ? "" : "      FVD"));
        if (r.generated() != null) {
            row(out, "generated", r.generated());
        }
        if (r.reconstruction() != null) {
            row(out, "tokenizer", r.reconstruction());
        }
        row(out, "still", r.still());
        row(out, "real", r.real());
        chance(out, r);
        if (r.fvdProtocol() != null) {
            out.println("  FVD: " + r.fvdProtocol());
        }
    }

    /** The shares of a model that knows nothing, in the columns of {@link #row}. */
    static void chance(PrintStream out, EvaluationReport r) {
        out.printf(Locale.ROOT, "  %-12s %12s %9s %11.1f %% %7.1f %%%s%n", "chance", "", "", 100 * r.chanceFirst(), 100 * r.chanceFive(),
                r.chanceFirstFolded() == null || r.chanceFiveFolded() == null ? ""
                        : String.format(Locale.ROOT, " %12.1f %% %7.1f %%", 100 * r.chanceFirstFolded(), 100 * r.chanceFiveFolded()));
    }

    private static void print(PrintStream out, FlowLossReport f) {
        out.printf(Locale.ROOT, "loss of the teacher on %d real clips by noise level: own caption, another's, none; gap%n", f.clips());
        for (var b : f.bands()) {
            out.printf(Locale.ROOT, "  %4.0f to %4.0f  %.4f  %.4f  %.4f  %+.4f%n", b.from(), b.to(), b.loss(), b.shuffled(),
                    b.withoutText(), b.gap());
        }
    }

    static void row(PrintStream out, String name, VideoScores s) {
        out.printf(Locale.ROOT, "  %-12s %12.2f %9.2f %11.1f %% %7.1f %% %12.1f %% %7.1f %% %8.2f %7.2f%s%n", name, s.fdMobileNetV2(),
                s.fdMobileNetV2Motion(), 100 * s.firstPlace(), 100 * s.firstFive(), 100 * s.firstPlaceFolded(), 100 * s.firstFiveFolded(),
                s.motionEnergy(), s.motionRatio(),
                s.fvd() == null ? "" : String.format(Locale.ROOT, " %8.1f", s.fvd()));
    }
}
