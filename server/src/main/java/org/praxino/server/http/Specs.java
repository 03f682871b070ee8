package org.praxino.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;
import org.praxino.media.Png;
import org.praxino.server.content.ContentStore;
import org.praxino.server.engine.ClipMaker;
import org.praxino.server.engine.Models;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobJson;
import org.praxino.server.job.JobSpec;
import org.praxino.server.job.JobSpec.Task;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/** From what was asked for to what is made: defaults filled in, pictures and clips looked at, memory reckoned. */
final class Specs {
    private static final int DECODE_SECONDS = 30;

    /** A latent frame stands for so many frames of video, after the first. */
    private static final int STEP = 4;

    private final Models models;
    private final ContentStore content;
    private final Metrics metrics;
    private final boolean badge;
    private final ExecutorService decoding = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("praxino-decode").factory());

    /** What came with a job: a first frame or none, and how many frames the clip had. */
    private record Given(@Nullable Frame first, int frames) {}

    Specs(Models models, ContentStore content, Metrics metrics, boolean badge) {
        this.models = models;
        this.content = content;
        this.metrics = metrics;
        this.badge = badge;
    }

    /** @param origin the finished job whose clip is gone on from, or null */
    JobSpec of(Want want, String id, @Nullable Job origin) {
        String name = want.model() == null && origin != null ? origin.spec().model() : want.model();
        ServedModel model = models.find(name).orElseThrow(() -> ApiError.notFound("model_not_found",
                "there is no model \"" + name + "\" here: there is " + String.join(", ", models.all().stream().map(m -> m.info().name()).toList()), "model"));
        var size = model.info().size();
        String makes = size.width() + "x" + size.height();
        if (want.size() != null && !want.size().equals(makes)) {
            throw ApiError.invalid("unsupported_size", "size " + want.size() + " is not what model " + model.info().name() + " makes: it makes " + makes, "size");
        }
        if (want.blockFrames() != null && want.blockFrames() != model.blockFrames()) {
            throw ApiError.invalid("not_supported", "block_frames=" + want.blockFrames() + " is not what model " + model.info().name() + " makes: "
                    + (model.streams() ? "its blocks have " + model.blockFrames() : "it does not stream"), "block_frames");
        }
        if (want.timeline() != null && !model.streams()) {
            throw ApiError.invalid("model_cannot_stream", "model " + model.info().name() + " has no student that could play a timeline", "timeline");
        }
        if (goesOn(want) && !model.teacherTakesFirstFrame()) {
            throw ApiError.invalid("not_supported", "model " + model.info().name() + " cannot begin with a given picture, so it can neither edit nor extend", "model");
        }
        Given given = given(want, id, origin, model);
        if (want.timeline() != null) {
            return streamed(want, want.timeline(), model);
        }
        double fps = want.numbers().fps() != null ? want.numbers().fps() : origin != null ? origin.spec().fps() : size.fps();
        GenerateRequest request = resolve(want, given, origin, model, fps);
        boolean teacher = request.teacher() || !model.streams();
        boolean extends_ = want.task() == Task.EXTEND;
        int frames = extends_ ? added(want, model, fps) : request.frames();
        return new JobSpec(want.task(), model.info().name(), request.prompt(), request.negative(), request.seed(), frames,
                request.steps(), request.guidance(), size.width(), size.height(), fps, want.format(), extends_ ? given.frames : 0,
                !extends_ && given.first != null, teacher, want.hook(), null, badge || want.badge());
    }

    private JobSpec streamed(Want want, Timeline timeline, ServedModel model) {
        var size = model.info().size();
        double fps = want.numbers().fps() == null ? size.fps() : want.numbers().fps();
        int frames = (int) Math.clamp(Math.round(timeline.seconds() * size.fps()), 1L, Integer.MAX_VALUE - STEP);
        try {
            timeline.check(model.info().name(), size);
            var asked = GenerateRequest.of(want.prompt()).withFrames(1 + STEP * ((frames + STEP - 2) / STEP)); // what there must be memory for
            GenerateRequest full = model.resolve(timeline.seed() == null ? asked : asked.withSeed(timeline.seed()));
            Timeline seeded = timeline.withSeed(full.seed());
            return new JobSpec(want.task(), model.info().name(), full.prompt(), null, full.seed(), frames, full.steps(), full.guidance(), size.width(),
                    size.height(), fps, want.format(), 0, false, false, want.hook(), seeded.toJson(), badge || want.badge());
        } catch (InsufficientMemoryException e) {
            metrics.doesNotFit();
            throw doesNotFit(e, model, fps);
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), "timeline");
        }
    }

    private static boolean goesOn(Want want) {
        return switch (want.task()) {
            case GENERATE, IMAGE -> false;
            case EDIT, EXTEND -> true;
        };
    }

    /** The teacher is meant when it is asked for, and when something is asked for that the student does not know. */
    private static boolean teacher(Want want, ServedModel model) {
        var n = want.numbers();
        if (goesOn(want) && Boolean.FALSE.equals(n.teacher())) {
            throw ApiError.invalid("not_supported", "videos are edited and extended by the teacher: leave it out", "teacher");
        }
        if (!model.streams() || n.teacher() != null) {
            return model.streams() && n.teacher();
        }
        GenerateRequest own = model.resolve(model.smallest()); // the student's; asking for what it does anyway is not asking for the teacher
        return goesOn(want) || want.negative() != null
                || n.steps() != null && !n.steps().equals(own.steps())
                || n.guidance() != null && !n.guidance().equals(own.guidance());
    }

    private GenerateRequest resolve(Want want, Given given, @Nullable Job origin, ServedModel model, double fps) {
        var n = want.numbers();
        JobSpec old = origin != null && want.task() == Task.EDIT && origin.spec().model().equals(model.info().name()) ? origin.spec() : null;
        Integer frames = switch (want.task()) {
            case IMAGE -> (Integer) 1;
            case EXTEND -> (Integer) (Math.min(added(want, model, fps), model.info().size().frames() - 1) + 1);
            case GENERATE -> frames(n, fps, null);
            case EDIT -> frames(n, fps, Math.min(nearest(given.frames), model.longest(true)));
        };
        try {
            var request = GenerateRequest.of(want.prompt()).withNegative(want.negative() == null && old != null ? old.negative() : want.negative())
                    .withFirstFrame(given.first).withTeacher(teacher(want, model));
            request = frames == null ? request : request.withFrames(frames);
            Long seed = n.seed() == null && old != null ? (Long) old.seed() : n.seed();
            request = seed == null ? request : request.withSeed(seed);
            boolean kept = old != null && old.teacher();
            Integer steps = n.steps() == null && kept ? (Integer) old.steps() : n.steps();
            request = steps == null ? request : request.withSteps(steps);
            Double guidance = n.guidance() == null && kept ? (Double) old.guidance() : n.guidance();
            return model.resolve(guidance == null ? request : request.withGuidance(guidance));
        } catch (InsufficientMemoryException e) {
            metrics.doesNotFit();
            throw doesNotFit(e, model, fps);
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), null);
        }
    }

    private static @Nullable Integer frames(Want.Numbers n, double fps, @Nullable Integer otherwise) {
        return n.frames() != null ? n.frames() : n.seconds() != null ? (Integer) nearest(n.seconds() * fps) : otherwise;
    }

    /** The nearest length that there is: 1 + 4k. */
    private static int nearest(double frames) {
        return 1 + STEP * (int) Math.max(0, Math.round((frames - 1) / STEP));
    }

    /** Frames that an extension adds: a multiple of four. */
    private static int added(Want want, ServedModel model, double fps) {
        var n = want.numbers();
        if (n.frames() != null && n.frames() % STEP != 0) {
            throw ApiError.invalid("invalid_value", "an extension adds a multiple of " + STEP + " frames, not " + n.frames(), "num_frames");
        }
        int added = n.frames() != null ? n.frames()
                : n.seconds() != null ? STEP * (int) Math.max(1, Math.round(n.seconds() * fps / STEP))
                : model.info().size().frames() - 1;
        if (added > ClipMaker.MOST_GIVEN) {
            throw ApiError.invalid("invalid_value", "an extension adds at most " + ClipMaker.MOST_GIVEN + " frames, not " + added, "seconds");
        }
        return added;
    }

    private static ApiError doesNotFit(InsufficientMemoryException e, ServedModel model, double fps) {
        var error = ApiError.doesNotFit(e.getMessage());
        var size = model.info().size();
        return e.maxFrames() == 0 ? error : error.with("nearest", Map.of(
                "num_frames", e.maxFrames(), "seconds", JobJson.secondsText(e.maxFrames() / fps), "size", size.width() + "x" + size.height()));
    }

    private Given given(Want want, String id, @Nullable Job origin, ServedModel model) {
        if (want.picture() == null && want.video() == null) {
            return new Given(null, 0);
        }
        var given = new Given[1];
        content.putInput(id, folder -> {
            Path source = folder.resolve(ClipMaker.SOURCE);
            switch (want.video()) {
                case null -> want.picture().writeTo(source);
                case Want.Source.File file -> file.upload().writeTo(source);
                case Want.Source.Video video -> Files.copy(video(origin), source);
            }
            given[0] = look(want, source, model);
            if (want.task() != Task.EXTEND) {
                Files.write(folder.resolve(ClipMaker.PICTURE), Png.encode(given[0].first, null));
                Files.delete(source);
            }
        });
        return given[0];
    }

    private Path video(@Nullable Job origin) throws IOException {
        if (origin == null) {
            throw new IllegalStateException("no video was found");
        }
        var entry = content.about(origin.id()).map(about -> about.files().get(ContentStore.Variant.VIDEO)).orElseThrow(() ->
                ApiError.gone("the files of " + origin.id() + " have been deleted: their time was over"));
        return content.file(origin.id(), entry);
    }

    private Given look(Want want, Path file, ServedModel model) {
        var size = model.info().size();
        String param = want.video() == null ? "input_reference" : "video";
        int most = want.video() == null ? 1 : ClipMaker.MOST_GIVEN + 1;
        var work = decoding.submit(() -> ClipMaker.read(file, size.width(), size.height(), most));
        List<Frame> frames;
        try {
            frames = work.get(DECODE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MediaException m) {
                throw ApiError.invalid("unreadable_media", m.getMessage().replace(file.toString(), param), param);
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            work.cancel(true);
            throw ApiError.invalid("unreadable_media", param + " takes too long to decode", param);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiError.unavailable("not_ready", "the server is stopping", 5);
        }
        if (frames.isEmpty() || frames.size() > ClipMaker.MOST_GIVEN) {
            throw ApiError.invalid("invalid_value", param + " must hold 1 to " + ClipMaker.MOST_GIVEN + " frames", param);
        }
        return new Given(frames.getFirst(), frames.size());
    }
}
