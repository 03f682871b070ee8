package org.praxino.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;
import org.praxino.media.Png;
import org.praxino.server.content.ContentStore;
import org.praxino.server.engine.JobGenerator;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobJson;
import org.praxino.server.job.JobSpec;
import org.praxino.server.job.JobSpec.Task;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/** Turns request parameters into a job specification: fills in defaults, decodes input media, checks memory. */
final class JobSpecFactory {
    /** Video frames per latent frame after the first. */
    private static final int FRAMES_PER_LATENT = 4;

    private final ModelRegistry models;
    private final ContentStore content;
    private final Metrics metrics;
    private final boolean badge;
    private final UploadDecoder decoder = new UploadDecoder();

    /** A job's input: a first frame or null, and the number of frames of the clip. */
    private record InputMedia(@Nullable Frame first, int frames) {}

    JobSpecFactory(ModelRegistry models, ContentStore content, Metrics metrics, boolean badge) {
        this.models = models;
        this.content = content;
        this.metrics = metrics;
        this.badge = badge;
    }

    /** @param origin the finished job whose clip is edited or extended, or null */
    JobSpec of(VideoParameters parameters, String id, @Nullable Job origin) {
        String name = parameters.model() == null && origin != null ? origin.spec().model() : parameters.model();
        ServedModel model = models.find(name).orElseThrow(() -> ApiError.notFound("model_not_found",
                "there is no model \"" + (name == null || name.length() <= 60 ? name : name.substring(0, 60) + "...") + "\" here: there is "
                        + String.join(", ", models.all().stream().map(m -> m.info().name()).toList()), "model"));
        var size = model.info().size();
        String modelSize = size.width() + "x" + size.height();
        if (parameters.size() != null && !parameters.size().equals(modelSize)) {
            throw ApiError.invalid("unsupported_size", "size " + parameters.size() + " is not what model " + model.info().name()
                    + " makes: it makes " + modelSize, "size");
        }
        if (parameters.blockFrames() != null && parameters.blockFrames() != model.blockFrames()) {
            throw ApiError.invalid("not_supported", "block_frames=" + parameters.blockFrames() + " is not what model " + model.info()
                    .name() + " makes: "
                    + (model.canStream() ? "its blocks have " + model.blockFrames() : "it does not stream"), "block_frames");
        }
        if (parameters.timeline() != null && !model.canStream()) {
            throw ApiError.invalid("model_cannot_stream", "model " + model.info().name() + " has no student that could play a timeline", "timeline");
        }
        if (needsSourceVideo(parameters) && !model.teacherAcceptsFirstFrame()) {
            throw ApiError.invalid("not_supported", "model " + model.info().name()
                    + " cannot begin with a given picture, so it can neither edit nor extend", "model");
        }
        InputMedia given = readInput(parameters, id, origin, model);
        if (parameters.timeline() != null) {
            return ofTimeline(parameters, parameters.timeline(), model);
        }
        double fps = parameters.sampling().fps() != null ? parameters.sampling().fps() : origin != null ? origin.spec().fps() : size.fps();
        ResolvedRequest request = resolve(parameters, given, origin, model, fps);
        boolean teacher = request.teacher() || !model.canStream();
        boolean extends_ = parameters.task() == Task.EXTEND;
        int frames = extends_ ? addedFrames(parameters, model, fps) : request.frames();
        Integer asked = parameters.sampling().frames();
        Integer rounded = asked == null || asked == frames ? null : asked;
        return new JobSpec(parameters.task(), model.info().name(), request.prompt(), request.negative(), request.seed(), frames,
                request.steps(), request.guidance(), size.width(), size.height(), fps, parameters.format(), extends_ ? given.frames : 0,
                !extends_ && given.first != null, teacher, parameters.webhook(), null, badge || parameters.badge(), rounded);
    }

    private JobSpec ofTimeline(VideoParameters parameters, Timeline timeline, ServedModel model) {
        var size = model.info().size();
        double fps = parameters.sampling().fps() == null ? size.fps() : parameters.sampling().fps();
        int frames = (int) Math.clamp(Math.round(Objects.requireNonNull(timeline.seconds()) * size.fps()), 1L, Integer.MAX_VALUE - FRAMES_PER_LATENT);
        try {
            timeline.check(model.info().name(), size);
            var asked = GenerateRequest.of(parameters.prompt()).withFrames(1
                    + FRAMES_PER_LATENT * ((frames + FRAMES_PER_LATENT - 2) / FRAMES_PER_LATENT)); // for the memory check
            ResolvedRequest full = model.resolve(timeline.seed() == null ? asked : asked.withSeed(timeline.seed()));
            Timeline seeded = timeline.withSeed(full.seed());
            return new JobSpec(parameters.task(), model.info().name(), full.prompt(), null, full.seed(), frames, full.steps(),
                    full.guidance(), size.width(),
                    size.height(), fps, parameters.format(), 0, false, false, parameters.webhook(), seeded.toJson(), badge || parameters.badge(), null);
        } catch (InsufficientMemoryException e) {
            metrics.memoryRejection();
            throw doesNotFit(e, model, fps);
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), "timeline");
        }
    }

    private static boolean needsSourceVideo(VideoParameters parameters) {
        return switch (parameters.task()) {
            case GENERATE, IMAGE -> false;
            case EDIT, EXTEND -> true;
        };
    }

    /** Whether the teacher is requested, explicitly or by a parameter that the student does not support. */
    private static boolean usesTeacher(VideoParameters parameters, ServedModel model) {
        var n = parameters.sampling();
        if (needsSourceVideo(parameters) && Boolean.FALSE.equals(n.teacher())) {
            throw ApiError.invalid("not_supported", "videos are edited and extended by the teacher: leave it out", "teacher");
        }
        if (!model.canStream() || n.teacher() != null) {
            return model.canStream() && Boolean.TRUE.equals(n.teacher());
        }
        ResolvedRequest own = model.resolve(model.warmUpRequest()); // the student's defaults; requesting those does not select the teacher
        return needsSourceVideo(parameters) || parameters.negative() != null
                || n.steps() != null && n.steps() != own.steps()
                || n.guidance() != null && n.guidance() != own.guidance();
    }

    private ResolvedRequest resolve(VideoParameters parameters, InputMedia given, @Nullable Job origin, ServedModel model, double fps) {
        var n = parameters.sampling();
        JobSpec old = origin != null && parameters.task() == Task.EDIT && origin.spec().model().equals(model.info().name()) ? origin.spec() : null;
        Integer frames = switch (parameters.task()) {
            case IMAGE -> (Integer) 1;
            case EXTEND -> (Integer) (Math.min(addedFrames(parameters, model, fps), model.info().size().frames() - 1) + 1);
            case GENERATE -> frames(n, fps, null);
            case EDIT -> frames(n, fps, Math.min(nearest(given.frames), model.maxFrames(true)));
        };
        try {
            var request = GenerateRequest.of(parameters.prompt()).withNegative(parameters.negative() == null && old != null
                    ? old.negative() : parameters.negative())
                    .withFirstFrame(given.first).withTeacher(usesTeacher(parameters, model));
            request = frames == null ? request : request.withFrames(frames);
            Long seed = n.seed() == null && old != null ? (Long) old.seed() : n.seed();
            request = seed == null ? request : request.withSeed(seed);
            JobSpec kept = old != null && old.teacher() ? old : null;
            Integer steps = n.steps() == null && kept != null ? (Integer) kept.steps() : n.steps();
            request = steps == null ? request : request.withSteps(steps);
            Double guidance = n.guidance() == null && kept != null ? (Double) kept.guidance() : n.guidance();
            return model.resolve(guidance == null ? request : request.withGuidance(guidance));
        } catch (InsufficientMemoryException e) {
            metrics.memoryRejection();
            throw doesNotFit(e, model, fps);
        } catch (UserException e) {
            throw ApiError.invalid("invalid_value", e.getMessage(), null);
        }
    }

    private static @Nullable Integer frames(VideoParameters.SamplingParameters n, double fps, @Nullable Integer otherwise) {
        if (n.frames() != null) {
            return n.roundFrames() ? (Integer) nearest(n.frames()) : n.frames();
        }
        return n.seconds() != null ? (Integer) nearest(n.seconds() * fps) : otherwise;
    }

    /** The nearest valid length, 1 + 4k. */
    private static int nearest(double frames) {
        return 1 + FRAMES_PER_LATENT * (int) Math.max(0, Math.round((frames - 1) / FRAMES_PER_LATENT));
    }

    /** Frames added by an extension, a multiple of four. */
    private static int addedFrames(VideoParameters parameters, ServedModel model, double fps) {
        var n = parameters.sampling();
        if (n.frames() != null && n.frames() % FRAMES_PER_LATENT != 0 && !n.roundFrames()) {
            throw ApiError.invalid("invalid_value", "an extension adds a multiple of " + FRAMES_PER_LATENT + " frames, not " + n.frames(),
                    "num_frames");
        }
        int added = n.frames() != null ? n.roundFrames() ? nearestAdded(n.frames()) : n.frames()
                : n.seconds() != null ? nearestAdded(n.seconds() * fps)
                : model.info().size().frames() - 1;
        if (added > JobGenerator.MAX_INPUT_FRAMES) {
            throw ApiError.invalid("invalid_value", "an extension adds at most " + JobGenerator.MAX_INPUT_FRAMES + " frames, not " + added,
                    "seconds");
        }
        return added;
    }

    private static int nearestAdded(double frames) {
        return FRAMES_PER_LATENT * (int) Math.max(1, Math.round(frames / FRAMES_PER_LATENT));
    }

    private static ApiError doesNotFit(InsufficientMemoryException e, ServedModel model, double fps) {
        var error = ApiError.doesNotFit(e.getMessage());
        var size = model.info().size();
        return e.maxFrames() == 0 ? error : error.with("nearest", Map.of(
                "num_frames", e.maxFrames(), "seconds", JobJson.secondsText(e.maxFrames() / fps), "size", size.width() + "x" + size.height()));
    }

    private InputMedia readInput(VideoParameters parameters, String id, @Nullable Job origin, ServedModel model) {
        if (parameters.firstFrame() == null && parameters.video() == null) {
            return new InputMedia(null, 0);
        }
        var given = new InputMedia[1];
        content.putInput(id, folder -> {
            Path source = folder.resolve(JobGenerator.SOURCE_FILE);
            switch (parameters.video()) {
                case null -> Objects.requireNonNull(parameters.firstFrame()).writeTo(source);
                case VideoParameters.Source.UploadedFile file -> file.upload().writeTo(source);
                case VideoParameters.Source.StoredVideo video -> Files.copy(video(origin), source);
            }
            given[0] = decode(parameters, source, model);
            if (parameters.task() != Task.EXTEND) {
                Files.write(folder.resolve(JobGenerator.FIRST_FRAME_FILE), Png.encode(Objects.requireNonNull(given[0].first), null));
                Files.delete(source);
            }
        });
        return given[0];
    }

    private Path video(@Nullable Job origin) throws IOException {
        if (origin == null) {
            throw new IllegalStateException("no video was found");
        }
        var entry = content.manifest(origin.id()).map(about -> about.files().get(ContentStore.Variant.VIDEO)).orElseThrow(() ->
                ApiError.gone("the files of " + origin.id() + " have expired"));
        return content.file(origin.id(), entry);
    }

    private InputMedia decode(VideoParameters parameters, Path file, ServedModel model) {
        var size = model.info().size();
        String param = parameters.video() == null ? "input_reference" : "video";
        int maxFrames = parameters.video() == null ? 1 : JobGenerator.MAX_INPUT_FRAMES + 1;
        List<Frame> frames;
        try {
            frames = decoder.decode(param, () -> JobGenerator.read(file, size.width(), size.height(), maxFrames));
        } catch (MediaException m) {
            throw ApiError.invalid("unreadable_media", m.getMessage().replace("'" + file + "'", param).replace(file.toString(), param), param);
        }
        if (frames.isEmpty() || frames.size() > JobGenerator.MAX_INPUT_FRAMES) {
            throw ApiError.invalid("invalid_value", param + " must hold 1 to " + JobGenerator.MAX_INPUT_FRAMES + " frames", param);
        }
        return new InputMedia(frames.getFirst(), frames.size());
    }
}
