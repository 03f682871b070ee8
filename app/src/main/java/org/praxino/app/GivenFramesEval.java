package org.praxino.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.StopSignal;
import org.praxino.diffusion.GuidedBy;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.Continuation;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GivenVideo;
import org.praxino.stream.PromptKind;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.eval.ClipStatistics;
import org.praxino.train.eval.EvalPrompt;
import org.praxino.train.eval.FramePrediction;
import org.praxino.train.eval.I3dFvd;
import org.praxino.train.eval.RealClips;

/** {@code eval --protocol k600} and {@code long}: what a model makes of given frames, its own among them. */
final class GivenFramesEval {
    /** Frames at the start of a piece that are the end of the one before (W.A.L.T 3.6). */
    private static final int OVERLAP = 5;

    /** What {@code --json} holds. */
    sealed interface Report {}

    /** What {@code --json} holds of {@code k600}. */
    record PredictionReport(String model, String hash, @Nullable Integer steps, long seed, FramePrediction.Report scores) implements Report {}

    /** What {@code --json} holds of {@code long}. */
    record LongVideoReport(String model, String hash, @Nullable Integer steps, long seed, int prompts, int framesPerPiece, List<Method> methods)
            implements Report {}

    /** A way to go on. @param pieces from the first to the last */
    record Method(Continuation continuation, List<Piece> pieces) {}

    /**
     * A piece against the first one of its clip, averaged over prompts.
     *
     * @param colourShift mean absolute difference of the colour means, in steps of 255
     * @param contrast standard deviation of all values, as a ratio
     * @param detail difference of neighbouring pixels, as a ratio
     * @param motion difference of neighbouring frames, as a ratio
     */
    record Piece(double colourShift, double contrast, double detail, double motion) {}

    private final EvalOptions options;
    private final VideoModel model;
    private final ClipStore store;
    private final Progress progress;
    private final StopSignal stop;

    GivenFramesEval(EvalOptions options, VideoModel model, ClipStore store, Progress progress, StopSignal stop) {
        this.options = options;
        this.model = model;
        this.store = store;
        this.progress = progress;
        this.stop = stop;
    }

    PredictionReport prediction(@Nullable I3dFvd i3d) {
        var held = new RealClips(store, ClipInfo.Split.HELD_OUT);
        var real = held.clips().isEmpty() ? new RealClips(store, ClipInfo.Split.TRAIN) : held;
        int frames = FramePrediction.FRAMES + 1; // 1 + 4k; the last one is dropped
        var scores = FramePrediction.run(real, options.prompts(), options.seed(), (clip, given, number) -> {
            var start = new GivenVideo(new GivenVideo.Start(given), GuidedBy.CONDITION);
            return generate(request(prompt(clip), number).withFrames(frames).withGiven(start));
        }, i3d, progress);
        return new PredictionReport(model.info().name(), model.info().hash(), options.steps(), options.seed(), scores);
    }

    private String prompt(ClipStore.Clip clip) {
        return model.promptKind() == PromptKind.TEXT ? clip.info().captions().getFirst() : clip.info().name();
    }

    LongVideoReport drift() {
        int frames = model.info().size().frames();
        var real = RealClips.onePerName(store, ClipInfo.Split.TRAIN);
        List<EvalPrompt> prompts = EvalPrompt.draw(real, options.prompts(), options.seed(), EvalPrompt.Wording.PLAIN);
        int each = frames - OVERLAP; // new ones in a piece
        int total = frames + (options.pieces() - 1) * each;
        var methods = new ArrayList<Method>();
        int done = 0;
        for (Continuation how : Continuation.values()) {
            double[][] sums = new double[options.pieces()][4];
            for (int i = 0; i < prompts.size(); i++) {
                String prompt = prompt(real.clips().get(prompts.get(i).index()));
                add(sums, generate(request(prompt, i).withFrames(total).withContinuation(how)), each);
                progress.update(++done, prompts.size() * Continuation.values().length, "long clips");
            }
            var pieces = new ArrayList<Piece>();
            for (double[] s : sums) {
                int n = prompts.size();
                pieces.add(new Piece(s[0] / n, s[1] / n, s[2] / n, s[3] / n));
            }
            methods.add(new Method(how, pieces));
        }
        return new LongVideoReport(model.info().name(), model.info().hash(), options.steps(), options.seed(), prompts.size(), frames, methods);
    }

    /** The new frames of every piece against those of the first. */
    private static void add(double[][] sums, List<Frame> clip, int each) {
        try (var guard = Grad.off();
                var scope = Scope.open("drift")) {
            ClipStatistics first = null;
            for (int piece = 0; piece < sums.length; piece++) {
                int from = OVERLAP + piece * each;
                ClipStatistics s = ClipStatistics.of(VideoTensors.toTensor(clip.subList(from, from + each)));
                first = first == null ? s : first;
                sums[piece][0] += s.colourShift(first);
                sums[piece][1] += ratio(s.contrast(), first.contrast());
                sums[piece][2] += ratio(s.detail(), first.detail());
                sums[piece][3] += ratio(s.motion(), first.motion());
            }
        }
    }

    private static double ratio(double a, double b) {
        return b == 0 ? 1 : a / b;
    }

    private GenerateRequest request(String prompt, int number) {
        var request = GenerateRequest.of(prompt).withSeed(options.seed() + number).withTeacher(true);
        return options.steps() == null ? request : request.withSteps(options.steps());
    }

    private List<Frame> generate(GenerateRequest request) {
        return model.generate(request, (done, of, phase) -> stop.check()).frames();
    }

    static void print(PrintStream out, Report report) {
        switch (report) {
            case PredictionReport p -> {
                var s = p.scores;
                out.println(s.protocol());
                out.printf(Locale.ROOT, "  predicted: PSNR %.2f dB, motion ratio %.2f%s%n", s.psnr(), s.motionRatio(),
                        s.fvd() == null ? "" : String.format(Locale.ROOT, ", FVD %.1f", s.fvd()));
                out.printf(Locale.ROOT, "  still:     PSNR %.2f dB%s%n", s.stillPsnr(),
                        s.stillFvd() == null ? "" : String.format(Locale.ROOT, ", FVD %.1f", s.stillFvd()));
            }
            case LongVideoReport d -> {
                out.printf(Locale.ROOT, "%d prompts, %d pieces of %d frames each, against the first piece%n", d.prompts, d.methods.getFirst().pieces.size(),
                        d.framesPerPiece);
                out.println("  method     piece  colour shift  contrast  detail  motion");
                for (Method m : d.methods) {
                    for (int i = 0; i < m.pieces.size(); i++) {
                        Piece p = m.pieces.get(i);
                        out.printf(Locale.ROOT, "  %-10s %5d %13.2f %9.2f %7.2f %7.2f%n", m.continuation.name().toLowerCase(Locale.ROOT), i + 1, p.colourShift,
                                p.contrast, p.detail, p.motion);
                    }
                }
            }
        }
    }
}
