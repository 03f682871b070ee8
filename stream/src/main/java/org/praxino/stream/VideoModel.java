package org.praxino.stream;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Provenance;
import org.praxino.io.model.Showcase;
import org.praxino.media.Frame;
import org.praxino.stream.engine.ClipGenerator;
import org.praxino.stream.engine.DeviceExecutor;
import org.praxino.stream.engine.Networks;
import org.praxino.stream.engine.SessionStart;
import org.praxino.stream.engine.Snapshot;
import org.praxino.stream.engine.StudentClipGenerator;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UninterruptibleWait;
import org.praxino.tensor.UserException;
import org.praxino.tensor.YieldPoint;

/**
 * A loaded model that generates clips and streams. It computes on its own threads, one at a time: clips are queued, streams alternate
 * block by block and run before clips, which stop for them after any layer.
 *
 * <pre>{@code
 * try (var model = VideoModel.open("emoji-128")) {
 *     model.generate(GenerateRequest.of("a ferris wheel spinning")).save(Path.of("wheel.mp4"));
 * }
 * }</pre>
 */
public final class VideoModel implements AutoCloseable {
    private final DeviceExecutor executor;
    private final Networks networks;

    private VideoModel(String nameOrFolder, ModelOptions options, DeviceScheduler scheduler) {
        this.executor = new DeviceExecutor(scheduler);
        try {
            this.networks = engine(() -> Networks.open(nameOrFolder, options));
        } catch (RuntimeException | Error e) {
            executor.shutdown();
            throw e;
        }
    }

    /** Opens a model by name or folder on the CPU, in the dtype that is fastest there. */
    public static VideoModel open(String nameOrFolder) {
        return open(nameOrFolder, Device.CPU, Device.CPU.fastDType());
    }

    /** @throws UserException if the model is missing or incomplete */
    public static VideoModel open(String nameOrFolder, Device device, DType dtype) {
        return open(nameOrFolder, ModelOptions.of(device, dtype));
    }

    /** As {@link #open(String, Device, DType)} with more options, mostly for Wan models. */
    public static VideoModel open(String nameOrFolder, ModelOptions options) {
        return open(nameOrFolder, options, new DeviceScheduler());
    }

    /** As {@link #open(String, ModelOptions)}; models opened with the same {@code scheduler} share the device. */
    public static VideoModel open(String nameOrFolder, ModelOptions options, DeviceScheduler scheduler) {
        return new VideoModel(nameOrFolder, options, scheduler);
    }

    public ModelInfo info() {
        return networks.info();
    }

    /** What a prompt of this model is. */
    public PromptKind promptKind() {
        return networks.promptKind();
    }

    /** Names of its classes; none in most models. */
    public ClassNames classes() {
        return networks.classes();
    }

    /** Whether this model has a causal student, which streams and is the default for clips. */
    public boolean canStream() {
        return networks.canStream();
    }

    // ------------------------------------------------------------------ streams

    /** Opens an endless stream of one prompt. */
    public VideoStream stream(String prompt) {
        return stream(Timeline.of(prompt));
    }

    /** Opens a stream of a timeline. Its {@linkplain VideoStream#session session} controls it while it plays. */
    public VideoStream stream(Timeline timeline) {
        return session(timeline, StreamOptions.DEFAULT, null).frames();
    }

    /**
     * Opens a session.
     *
     * @param source frames for video to video, in place of the timeline's video; null for none. The session closes it
     * @throws UserException if this model cannot play the timeline
     */
    public StreamSession session(Timeline timeline, StreamOptions options, @Nullable VideoSource source) {
        try {
            timeline.check(info().name(), info().size());
            networks.plan();
            if (timeline.strength() != null && timeline.video() == null && source == null) {
                throw new UserException("strength=" + timeline.strength() + " applies to video to video streams only");
            }
            if (source != null && timeline.cues().stream().anyMatch(c -> c.image() != null)
                    || source != null && timeline.continuedClip() != null) {
                throw new UserException("give a video, a clip to continue or an image, not several");
            }
        } catch (RuntimeException e) {
            if (source != null) {
                source.close();
            }
            throw e;
        }
        Timeline seeded = timeline.seed() != null ? timeline : timeline.withSeed((long) new Random().nextInt(Integer.MAX_VALUE));
        VideoSource followed = source == null && timeline.video() != null ? VideoSource.file(timeline.video(), info().size()) : source;
        return engine(() -> new StreamSession(networks, executor, SessionStart.beginning(seeded), options, followed));
    }

    /**
     * Continues a stream from a {@linkplain StreamSession#snapshot snapshot}. On the same backend the frames are identical to those of the
     * original stream.
     *
     * @throws UserException if the file is not a snapshot, or belongs to another model or version
     */
    public StreamSession restore(Path snapshot, StreamOptions options) {
        return restore(snapshot, options, timeline -> timeline);
    }

    /**
     * As {@link #restore(Path, StreamOptions)} with a modified timeline.
     *
     * @param change returns the timeline to continue with, for example with a later end; its past is ignored
     */
    public StreamSession restore(Path snapshot, StreamOptions options, UnaryOperator<Timeline> change) {
        networks.plan();
        return engine(() -> {
            SessionStart origin = Snapshot.read(snapshot, networks);
            try {
                var changed = new SessionStart(change.apply(origin.timeline()), origin.liveCues(), origin.checkpoint(), origin.firstFrame());
                return new StreamSession(networks, executor, changed, options, null);
            } finally {
                java.util.Objects.requireNonNull(origin.checkpoint()).close();
            }
        });
    }

    /** The number of open, reachable sessions. */
    int openStreams() {
        return executor.openSessions().size();
    }

    /** Bytes of the KV caches of all open streams. */
    public long cacheBytes() {
        return executor.openSessions().stream().map(open -> open.session().get()).filter(java.util.Objects::nonNull)
                .mapToLong(StreamSession::cacheBytes).sum();
    }

    // ------------------------------------------------------------------ prompts

    /**
     * What of a prompt the model does not know, one sentence for all of it; empty when it knows everything. Emoji and words of other scripts
     * that have an English name are known by it.
     */
    public List<String> promptWarnings(String prompt) {
        return PromptWarnings.of(networks, prompt);
    }

    /** Prompts that the model generates well, the best first, as {@code praxino eval --showcase} measured them; may be empty. */
    public List<Showcase.Entry> showcase() {
        return networks.showcase();
    }

    // ------------------------------------------------------------------ clips

    /** The maximum number of frames in one clip, 1 + 4k, of the teacher or of the default generator. */
    public int maxFrames(boolean teacher) {
        return clipGenerator(teacher).maxFrames();
    }

    /** Estimated bytes needed for a clip in addition to the weights. */
    public long memoryBytes(int frames, boolean teacher) {
        return clipGenerator(teacher).memoryBytes(frames);
    }

    /** Whether the model has a teacher that accepts a first frame. */
    public boolean teacherAcceptsFirstFrame() {
        try {
            return networks.teacher().acceptsFirstFrame();
        } catch (UserException e) {
            return false; // there is none
        }
    }

    /** Whether every clip and stream needs a first frame (image to video). */
    public boolean requiresFirstFrame() {
        return networks.requiresFirstFrame();
    }

    /** Returns the request with all defaults filled in. @throws UserException if the model cannot fulfil it */
    public ResolvedRequest resolve(GenerateRequest request) {
        return clipGenerator(request.teacher()).resolve(request);
    }

    private ClipGenerator clipGenerator(boolean teacher) {
        return teacher || !canStream() ? networks.teacher() : new StudentClipGenerator(networks);
    }

    public GeneratedVideo generate(GenerateRequest request) {
        return generate(request, GenerationListener.NONE);
    }

    /**
     * Generates one clip and waits for it. An interrupt cancels it after the current sampling step or block.
     *
     * @param progress receives each sampling step of the teacher, or the student's frame count
     * @throws CancellationException when interrupted
     */
    public GeneratedVideo generate(GenerateRequest request, GenerationListener progress) {
        return generate(request, progress, frame -> {});
    }

    /** As {@link #generate(GenerateRequest, GenerationListener)}. @param preview receives the latest frame, on the computing thread; it must return quickly */
    public GeneratedVideo generate(GenerateRequest request, GenerationListener progress, Consumer<Frame> preview) {
        return generate(resolve(request), progress, preview);
    }

    /** As {@link #generate(GenerateRequest, GenerationListener)}, of a request that this model resolved. */
    public GeneratedVideo generate(ResolvedRequest request, GenerationListener progress) {
        return generate(request, progress, frame -> {});
    }

    private GeneratedVideo generate(ResolvedRequest request, GenerationListener progress, Consumer<Frame> preview) {
        var cancelled = new AtomicBoolean();
        Callable<GeneratedVideo> work = () -> {
            try (var worker = executor.scheduler().worker(DeviceScheduler.Priority.BATCH);
                    var betweenLayers = YieldPoint.handledBy(worker)) {
                worker.acquire(Long.MAX_VALUE);
                return clipGenerator(request.teacher()).generate(request, yieldingToStreams(progress, worker), preview, cancelled::get);
            }
        };
        try {
            return UninterruptibleWait.get(executor.clips().submit(work), () -> cancelled.set(true));
        } catch (RejectedExecutionException e) {
            throw new UserException("the model was closed", e);
        }
    }

    /** Lets streams run after every step or block, as they may between layers. */
    private static GenerationListener yieldingToStreams(GenerationListener progress, DeviceScheduler.Worker worker) {
        return (done, total, note) -> {
            progress.update(done, total, note);
            worker.yieldNow();
        };
    }

    /** FLOPs of one sampling step of the teacher for a request, including both passes of guidance. */
    public double stepFlops(ResolvedRequest request) {
        return networks.stepFlops(request);
    }

    /** FLOPs of decoding the request's frames. */
    public double decodeFlops(ResolvedRequest request) {
        return networks.decodeFlops(request);
    }

    /** FLOPs of one block of a stream with a full cache: all steps and the pass that writes the cache. */
    public double blockFlops(String prompt) {
        return networks.blockFlops(prompt);
    }

    /** The number of CPU threads, of {@code all}, that generate blocks; the others decode. */
    public static int streamThreads(int all) {
        return DeviceExecutor.engineThreads(all);
    }

    // ------------------------------------------------------------------ internal

    /** Runs a task on the engine's thread and waits for it. */
    private <T> T engine(Callable<T> what) {
        try {
            return UninterruptibleWait.get(executor.engine().submit(what));
        } catch (RejectedExecutionException e) {
            throw new UserException("the model was closed", e);
        }
    }

    /** The version of Praxino. */
    public static String version() {
        return Provenance.version();
    }

    /** Closes all streams, then the networks. */
    @Override
    public void close() {
        executor.openSessions().forEach(open -> {
            StreamSession session = open.session().get();
            if (session != null) {
                session.close();
            }
        });
        executor.finishClips();
        try {
            engine(() -> {
                networks.close();
                return List.of();
            });
        } finally {
            executor.shutdown();
        }
    }
}
