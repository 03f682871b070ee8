package org.praxino.app;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.praxino.media.ContactSheet;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.stream.VideoModel;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Progress;
import org.praxino.train.eval.EvalPrompt;
import org.praxino.train.eval.Evaluation;
import org.praxino.train.eval.EvaluationReport;
import org.praxino.train.eval.VideoScores;

/** {@code eval --stream}: measures drift by scoring the first and the last seconds of long streams. */
final class StreamEval {
    /** Seconds at either end. */
    private static final double END = 5;

    private static final int COLUMNS = 3;

    /**
     * What {@code --json} holds of it.
     *
     * @param seconds of a stream
     * @param end seconds at either end that are scored
     * @param streams prompts, one stream each
     * @param first scores of clips cut from the first seconds
     * @param last scores of clips cut from the last seconds
     */
    record FirstAndLast(double seconds, double end, int streams, EvaluationReport first, EvaluationReport last) {}

    /** The frames of both ends of one stream. */
    private record FrameWindows(List<Frame> first, List<Frame> last) {}

    private final VideoModel model;
    private final Evaluation evaluation;
    private final int clip;
    private final ContactSheet sheet;

    /** @param evaluation of clips as long as the model's */
    StreamEval(VideoModel model, Evaluation evaluation) {
        this.model = model;
        this.evaluation = evaluation;
        this.clip = model.info().size().frames();
        this.sheet = new ContactSheet(model.info().size().width(), Rgb.WHITE);
    }

    FirstAndLast run(List<EvalPrompt> prompts, double seconds, long seed, Progress progress) {
        int frames = (int) Math.round(seconds * model.info().size().fps());
        int end = Math.clamp(Math.round(END * model.info().size().fps()), clip, Math.max(clip, frames / 2));
        var cuts = new ArrayList<FrameWindows>();
        for (int i = 0; i < prompts.size(); i++) {
            cuts.add(cut(prompts.get(i).text(), frames, end, seed + i));
            progress.update(i + 1, prompts.size(), "streams");
        }
        int windows = Math.ceilDiv(end, clip);
        var each = new ArrayList<EvalPrompt>();
        prompts.forEach(p -> each.addAll(java.util.Collections.nCopies(windows, p)));
        return new FirstAndLast(
                seconds, end / model.info().size().fps(), prompts.size(),
                evaluation.run(each, (p, n) -> window(cuts.get(n / windows).first, n % windows, windows), null, null),
                evaluation.run(each, (p, n) -> window(cuts.get(n / windows).last, n % windows, windows), null, null));
    }

    private FrameWindows cut(String prompt, int frames, int end, long seed) {
        var first = new ArrayList<Frame>();
        var last = new ArrayList<Frame>();
        // The stream's own length is in seconds; walking it frame by frame ends it where both ends are whole.
        var timeline = Timeline.of(prompt).withSeed(seed);
        try (var stream = model.stream(timeline)) {
            for (int f = 0; f < Math.max(frames, end); f++) {
                Frame frame = stream.next();
                if (f < end) {
                    first.add(frame);
                }
                if (f >= Math.max(frames, end) - end) {
                    last.add(frame);
                }
            }
        }
        var row = new ArrayList<>(ContactSheet.spread(first, COLUMNS));
        row.addAll(ContactSheet.spread(last, COLUMNS));
        sheet.row(prompt, row);
        return new FrameWindows(first, last);
    }

    /** One clip of several that together cover an end: [3, clip, H, W]. */
    private org.praxino.tensor.Tensor window(List<Frame> end, int number, int of) {
        int start = of == 1 ? 0 : (int) Math.round((double) number * (end.size() - clip) / (of - 1));
        return VideoTensors.toTensor(end.subList(start, start + clip));
    }

    /** Three frames of the first and three of the last seconds of every stream. */
    ContactSheet sheet() {
        return sheet;
    }

    static void print(PrintStream out, FirstAndLast e) {
        out.printf(Locale.ROOT, "%d streams of %.0f s, the first and the last %.1f s:%n", e.streams, e.seconds, e.end);
        out.println(EvalAction.HEADER);
        EvalAction.row(out, "first", generated(e.first));
        EvalAction.row(out, "last", generated(e.last));
        EvalAction.chance(out, e.first);
        out.println("  kept: " + shares(generated(e.last), generated(e.first)));
    }

    private static VideoScores generated(EvaluationReport report) {
        return Objects.requireNonNull(report.generated()); // streams are always generated
    }

    /** The scores {@code s} as shares of {@code reference}; of a distance, how many times as far. */
    static String shares(VideoScores s, VideoScores reference) {
        return "right first " + percent(s.firstPlace(), reference.firstPlace()) + ", in five " + percent(s.firstFive(), reference.firstFive())
                + ", motion " + percent(s.motionEnergy(), reference.motionEnergy())
                + String.format(Locale.ROOT, ", FD %.2f times, -motion %.2f times", s.fdMobileNetV2() / reference.fdMobileNetV2(),
                        s.fdMobileNetV2Motion() / reference.fdMobileNetV2Motion());
    }

    private static String percent(double part, double whole) {
        return whole == 0 ? "(none there)" : Math.round(100 * part / whole) + " %";
    }
}
