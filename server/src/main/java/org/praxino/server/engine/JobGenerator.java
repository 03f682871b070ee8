package org.praxino.server.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.GuidanceSchedule;
import org.praxino.media.DecodeLimits;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.Phase;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.timeline.Timeline;

/** Generates the frames of a job. */
public final class JobGenerator {
    /** File of a job's first frame, in the model's size. */
    public static final String FIRST_FRAME_FILE = "picture.png";

    /** File of the clip to extend, as uploaded. */
    public static final String SOURCE_FILE = "source";

    /** Decoder limits for uploaded images and clips; in all, a thousand frames of 1920x1080. */
    public static final DecodeLimits LIMITS = new DecodeLimits(4096L * 4096, 2000, 300, 1L << 31);

    /** The maximum number of frames of a clip to extend. */
    public static final int MAX_INPUT_FRAMES = 1000;

    private JobGenerator() {}

    /** @param input the job's input folder @param newest receives the latest frame */
    static GeneratedVideo generate(JobSpec spec, ServedModel model, Path input, GenerationListener progress, Consumer<Frame> preview) {
        if (spec.timeline() != null) {
            return stream(spec, Timeline.parse(spec.timeline(), "timeline", null), model, progress, preview);
        }
        return switch (spec.task()) {
            case GENERATE, EDIT, IMAGE -> model.generate(request(spec, spec.seed(), spec.frames(), firstFrame(spec, input)), progress, preview);
            case EXTEND -> extend(spec, model, read(input.resolve(SOURCE_FILE), spec.width(), spec.height(), MAX_INPUT_FRAMES), progress, preview);
        };
    }

    /** Plays a timeline to its end. */
    private static GeneratedVideo stream(JobSpec spec, Timeline timeline, ServedModel model, GenerationListener progress, Consumer<Frame> preview) {
        long begun = System.nanoTime();
        var frames = new ArrayList<Frame>(spec.frames());
        try (var session = model.session(timeline, StreamOptions.DEFAULT, null)) {
            session.lowerPriority();
            while (session.frames().hasNext()) {
                frames.add(session.frames().next());
                preview.accept(frames.getLast());
                progress.update(frames.size(), spec.frames(), Phase.STREAMING);
            }
        }
        var request = new ResolvedRequest(spec.prompt(), null, spec.seed(), frames.size(), spec.steps(), spec.guidance(),
                new GuidanceSchedule.Constant(), null, false, null);
        return new GeneratedVideo(frames, model.info().size().fps(), request, model.info().name(), model.info().hash(),
                (System.nanoTime() - begun) / 1e9);
    }

    /** Extends a clip from its last frame, clip by clip; the frame shared by two clips is used once. */
    private static GeneratedVideo extend(JobSpec spec, ServedModel model, List<Frame> input, GenerationListener progress, Consumer<Frame> preview) {
        var frames = new ArrayList<>(input);
        int most = Math.max(4, model.info().size().frames() - 1);
        double seconds = 0;
        GeneratedVideo last = null;
        for (int added = 0, part = 0; added < spec.frames(); part++) {
            int next = Math.min(most, spec.frames() - added);
            int before = added;
            last = model.generate(request(spec, spec.seed() + part, next + 1, frames.getLast()), (done, total, note) ->
                    progress.update(before * total + done * next, total * spec.frames(), note), preview);
            frames.addAll(last.frames().subList(1, last.frames().size()));
            seconds += last.seconds();
            added += next;
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

    private static @Nullable Frame firstFrame(JobSpec spec, Path input) {
        return spec.picture() ? read(input.resolve(FIRST_FRAME_FILE), spec.width(), spec.height(), 1).getFirst() : null;
    }

    /**
     * Reads the first frames of an untrusted file, cropped and scaled to the model's size.
     *
     * @throws CancellationException when interrupted, which is checked between frames
     */
    public static List<Frame> read(Path file, int width, int height, int most) {
        var frames = new ArrayList<Frame>();
        try (var reader = VideoReader.open(file,
                ReadOptions.DEFAULT.background(Rgb.WHITE).size(width, height, Fit.CROP).maxFrames(most).limits(LIMITS))) {
            while (reader.hasNext()) {
                frames.add(reader.next());
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("reading was interrupted");
                }
            }
        }
        return frames;
    }
}
