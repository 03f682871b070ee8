package org.praxino.server.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.Limits;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Progress;

/** From what a job asks for to its frames. */
public final class ClipMaker {
    /** The first frame that came in with a job, in the model's size. */
    public static final String PICTURE = "picture.png";

    /** The clip to be extended, as it came. */
    public static final String SOURCE = "source";

    /** What a picture or clip from outside may ask of the decoder. */
    public static final Limits LIMITS = new Limits(4096L * 4096, 2000, 300);

    /** Most frames that a clip may have before it is extended. */
    public static final int MOST_GIVEN = 1000;

    private ClipMaker() {}

    /** @param input the job's folder of what came with it @param newest given the last frame there is */
    static GeneratedVideo make(JobSpec spec, ServedModel model, Path input, Progress progress, Consumer<Frame> newest) {
        if (spec.timeline() != null) {
            return play(spec, Timeline.parse(spec.timeline(), "timeline", null), model, progress, newest);
        }
        return switch (spec.task()) {
            case GENERATE, EDIT, IMAGE -> model.generate(request(spec, spec.seed(), spec.frames(), picture(spec, input)), progress, newest);
            case EXTEND -> extend(spec, model, read(input.resolve(SOURCE), spec.width(), spec.height(), MOST_GIVEN), progress, newest);
        };
    }

    /** A stream to its end: the frames that the same document gives everywhere else. */
    private static GeneratedVideo play(JobSpec spec, Timeline timeline, ServedModel model, Progress progress, Consumer<Frame> newest) {
        long begun = System.nanoTime();
        var frames = new ArrayList<Frame>(spec.frames());
        try (var session = model.session(timeline, StreamOptions.DEFAULT, null)) {
            session.lowerPriority();
            while (session.frames().hasNext()) {
                frames.add(session.frames().next());
                newest.accept(frames.getLast());
                progress.update(frames.size(), spec.frames(), "streaming");
            }
        }
        var request = GenerateRequest.of(spec.prompt()).withSeed(spec.seed()).withFrames(frames.size()).withSteps(spec.steps());
        return new GeneratedVideo(frames, model.info().size().fps(), request, model.info().name(), model.info().hash(), (System.nanoTime() - begun) / 1e9);
    }

    /** Goes on from the last frame, clip by clip; the frame that two clips share is shown once. */
    private static GeneratedVideo extend(JobSpec spec, ServedModel model, List<Frame> given, Progress progress, Consumer<Frame> newest) {
        var frames = new ArrayList<>(given);
        int most = Math.max(4, model.info().size().frames() - 1);
        double seconds = 0;
        GeneratedVideo last = null;
        for (int made = 0, piece = 0; made < spec.frames(); piece++) {
            int next = Math.min(most, spec.frames() - made);
            int before = made;
            last = model.generate(request(spec, spec.seed() + piece, next + 1, frames.getLast()), (done, total, note) ->
                    progress.update(before * total + done * next, total * spec.frames(), note), newest);
            frames.addAll(last.frames().subList(1, last.frames().size()));
            seconds += last.seconds();
            made += next;
        }
        if (last == null) {
            throw new IllegalStateException("an extension by no frames");
        }
        return new GeneratedVideo(frames, last.fps(), last.request().withSeed(spec.seed()), last.model(), last.modelHash(), seconds);
    }

    private static GenerateRequest request(JobSpec spec, long seed, int frames, @Nullable Frame picture) {
        return GenerateRequest.of(spec.prompt()).withNegative(spec.negative()).withSeed(seed).withFrames(frames).withSteps(spec.steps())
                .withGuidance(spec.guidance()).withFirstFrame(picture).withTeacher(spec.teacher());
    }

    private static @Nullable Frame picture(JobSpec spec, Path input) {
        return spec.picture() ? read(input.resolve(PICTURE), spec.width(), spec.height(), 1).getFirst() : null;
    }

    /** The first frames of a file that may come from anyone, cut and scaled to the model's size. */
    public static List<Frame> read(Path file, int width, int height, int most) {
        return VideoReader.readAll(file, ReadOptions.DEFAULT.background(Rgb.WHITE).size(width, height, Fit.CROP).maxFrames(most).limits(LIMITS));
    }
}
