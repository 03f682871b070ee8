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
import org.praxino.media.Frame;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Uninterrupted;
import org.praxino.tensor.UserException;

/**
 * A model ready to generate. Works on threads of its own, of which one computes at a time: clips queue up, streams take turns block by
 * block, and go before clips at every step.
 *
 * <pre>{@code
 * try (var model = VideoModel.open("emoji-128")) {
 *     model.generate(GenerateRequest.of("a ferris wheel spinning")).save(Path.of("wheel.mp4"));
 * }
 * }</pre>
 */
public final class VideoModel implements AutoCloseable {
    private final Workplace workplace;
    private final Networks networks;

    private VideoModel(String nameOrFolder, ModelOptions options, DeviceTurns turns) {
        this.workplace = new Workplace(turns);
        try {
            this.networks = engine(() -> Networks.open(nameOrFolder, options));
        } catch (RuntimeException | Error e) {
            workplace.shutdown();
            throw e;
        }
    }

    /** Opens a model by name or folder on the CPU, in the dtype that is fast there. */
    public static VideoModel open(String nameOrFolder) {
        return open(nameOrFolder, Device.CPU, Device.CPU.fastDType());
    }

    /** @throws UserException when there is no such model, or its files are not whole */
    public static VideoModel open(String nameOrFolder, Device device, DType dtype) {
        return open(nameOrFolder, ModelOptions.of(device, dtype));
    }

    /** As {@link #open(String, Device, DType)} with further wishes, most of which concern models of Wan. */
    public static VideoModel open(String nameOrFolder, ModelOptions options) {
        return open(nameOrFolder, options, new DeviceTurns());
    }

    /** As {@link #open(String, ModelOptions)}; models opened with the same {@code turns} compute one at a time. */
    public static VideoModel open(String nameOrFolder, ModelOptions options, DeviceTurns turns) {
        return new VideoModel(nameOrFolder, options, turns);
    }

    public ModelInfo info() {
        return networks.info();
    }

    /** Whether this model has a student: it streams, and makes clips in few steps unless the teacher is asked for. */
    public boolean streams() {
        return networks.streams();
    }

    // ------------------------------------------------------------------ streams

    /** A stream without end of one prompt. */
    public VideoStream stream(String prompt) {
        return stream(Timeline.of(prompt));
    }

    /** Plays a timeline; the stream is {@linkplain VideoStream#session steered} while it plays. */
    public VideoStream stream(Timeline timeline) {
        return session(timeline, StreamOptions.DEFAULT, null).frames();
    }

    /**
     * Opens a session.
     *
     * @param source frames that the stream follows, in place of the timeline's own video; null for none. The session closes it
     * @throws UserException one sentence, for a timeline that this model cannot play
     */
    public StreamSession session(Timeline timeline, StreamOptions options, @Nullable VideoSource source) {
        try {
            timeline.check(info().name(), info().size());
            networks.plan();
            if (timeline.strength() != null && timeline.video() == null && source == null) {
                throw new UserException("strength=" + timeline.strength() + " belongs to a video to video stream, and this one follows no video");
            }
            if (source != null && timeline.cues().stream().anyMatch(c -> c.image() != null)
                    || source != null && timeline.past() != null) {
                throw new UserException("a stream follows a video, continues a clip or begins with an image: one of the three");
            }
        } catch (RuntimeException e) {
            if (source != null) {
                source.close();
            }
            throw e;
        }
        Timeline seeded = timeline.seed() != null ? timeline : timeline.withSeed((long) new Random().nextInt(Integer.MAX_VALUE));
        VideoSource followed = source == null && timeline.video() != null ? VideoSource.file(timeline.video(), info().size()) : source;
        return engine(() -> new StreamSession(networks, workplace, Origin.beginning(seeded), options, followed));
    }

    /**
     * Goes on with a {@linkplain StreamSession#snapshot snapshot}: the frames that follow are those that would have followed, to the bit
     * on the same backend.
     *
     * @throws UserException when the file is not a snapshot, or one of another model or version
     */
    public StreamSession restore(Path snapshot, StreamOptions options) {
        return restore(snapshot, options, timeline -> timeline);
    }

    /**
     * As {@link #restore(Path, StreamOptions)} with another future.
     *
     * @param change gives the timeline to go on with, for example one that ends later; what it says of the past is not looked at
     */
    public StreamSession restore(Path snapshot, StreamOptions options, UnaryOperator<Timeline> change) {
        networks.plan();
        return engine(() -> {
            Origin origin = Snapshot.read(snapshot, networks);
            try {
                var changed = new Origin(change.apply(origin.timeline()), origin.live(), origin.mark(), origin.from());
                return new StreamSession(networks, workplace, changed, options, null);
            } finally {
                java.util.Objects.requireNonNull(origin.mark()).close();
            }
        });
    }

    /** Sessions that are neither closed nor forgotten. */
    int openStreams() {
        return workplace.open().size();
    }

    /** Bytes of the caches of all open streams. */
    public long cacheBytes() {
        return workplace.open().stream().map(watch -> watch.session().get()).filter(java.util.Objects::nonNull).mapToLong(StreamSession::cacheBytes).sum();
    }

    // ------------------------------------------------------------------ clips

    /** Most frames that one clip can have, 1 + 4k, of the teacher or of what is used by default. */
    public int longest(boolean teacher) {
        return maker(teacher).longest();
    }

    /** Bytes that a clip of so many frames needs beside the weights, generously. */
    public long memoryBytes(int frames, boolean teacher) {
        return maker(teacher).memoryBytes(frames);
    }

    /** Whether there is a teacher that a clip can be given the first frame of. */
    public boolean teacherTakesFirstFrame() {
        try {
            return networks.teacher().takesFirstFrame();
        } catch (UserException e) {
            return false; // there is none
        }
    }

    /** Whether every clip and stream must be given its first picture. */
    public boolean beginsWithPicture() {
        return networks.beginsWithPicture();
    }

    /** The request with every default of this model filled in; refuses what the model cannot make. */
    public GenerateRequest resolve(GenerateRequest request) {
        return maker(request.teacher()).resolve(request);
    }

    private ClipMaker maker(boolean teacher) {
        return teacher || !streams() ? networks.teacher() : new StudentGenerator(networks);
    }

    public GeneratedVideo generate(GenerateRequest request) {
        return generate(request, Progress.SILENT);
    }

    /**
     * Generates one clip, waiting for it. An interrupt stops it after the teacher's step or the student's block it is at.
     *
     * @param progress told of every step of the teacher, or of the student's frames as they come
     * @throws CancellationException when interrupted
     */
    public GeneratedVideo generate(GenerateRequest request, Progress progress) {
        return generate(request, progress, frame -> {});
    }

    /** As {@link #generate(GenerateRequest, Progress)}. @param newest given the last frame there is, on the thread that computes: it is to be quick */
    public GeneratedVideo generate(GenerateRequest request, Progress progress, Consumer<Frame> newest) {
        GenerateRequest full = resolve(request);
        var cancelled = new AtomicBoolean();
        Callable<GeneratedVideo> work = () -> {
            try (var worker = workplace.turns().worker(DeviceTurns.Kind.BATCH)) {
                worker.take(Long.MAX_VALUE);
                return maker(full.teacher()).generate(full, between(progress, worker), newest, cancelled::get);
            }
        };
        try {
            return Uninterrupted.get(workplace.clips().submit(work), () -> cancelled.set(true));
        } catch (RejectedExecutionException e) {
            throw new UserException("the model was closed", e);
        }
    }

    /** Lets streams go first after every step or block. */
    private static Progress between(Progress progress, DeviceTurns.Worker worker) {
        return (done, total, note) -> {
            progress.update(done, total, note);
            try {
                worker.pause();
            } catch (InterruptedException e) {
                throw new CancellationException("interrupted");
            }
        };
    }

    /** Multiply-adds times two of one sampling step of the teacher for a {@linkplain #resolve resolved} request, both halves of guidance included. */
    public double stepFlops(GenerateRequest request) {
        return networks.stepFlops(request);
    }

    /** Multiply-adds times two of decoding the request's frames. */
    public double decodeFlops(GenerateRequest request) {
        return networks.decodeFlops(request);
    }

    /** Multiply-adds times two of one block of a stream that has filled its cache: all steps and the clean pass. */
    public double blockFlops(String prompt) {
        return networks.blockFlops(prompt);
    }

    /** Of {@code all} CPU threads those that make a stream's blocks; the others decode them meanwhile. */
    public static int streamThreads(int all) {
        return Workplace.makers(all);
    }

    // ------------------------------------------------------------------ inside

    /** Does something on the engine's thread and waits for it. */
    private <T> T engine(Callable<T> what) {
        try {
            return Uninterrupted.get(workplace.engine().submit(what));
        } catch (RejectedExecutionException e) {
            throw new UserException("the model was closed", e);
        }
    }

    /** Version of praxino. */
    public static String version() {
        String version = VideoModel.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** Closes what streams there are, then the networks. */
    @Override
    public void close() {
        workplace.open().forEach(watch -> {
            StreamSession session = watch.session().get();
            if (session != null) {
                session.close();
            }
        });
        workplace.endClips();
        try {
            engine(() -> {
                networks.close();
                return List.of();
            });
        } finally {
            workplace.shutdown();
        }
    }
}
