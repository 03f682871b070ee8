package org.praxino.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Showcase;
import org.praxino.media.Frame;
import org.praxino.server.engine.ServedModel;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoModel;
import org.praxino.stream.VideoSource;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;

/** The tiny model of random weights, loaded once for all tests, with a place to stand between its steps. */
public final class TestModel implements ServedModel {
    private static final Map<Boolean, VideoModel> SHARED = new HashMap<>();

    private final boolean student;

    /** Called before every step is reported; what it throws comes out of the step. */
    public volatile GenerationListener between = GenerationListener.NONE;

    /** How the last stream was to be played. */
    public volatile @Nullable StreamOptions played;

    public TestModel() {
        this(false);
    }

    /** What the studio offers as quick prompts. */
    @Override
    public List<Showcase.Entry> showcase() {
        return List.of(new Showcase.Entry("a ferris wheel spinning", "ferris wheel", 3, 0.2), new Showcase.Entry("a cat waving", "cat", 7, 0.1));
    }

    /** @param student whether it streams, and makes clips in few steps by default */
    public TestModel(boolean student) {
        this.student = student;
    }

    /** Loads the model, and lets it remember these prompts, so that what stays in memory is not lost to a test. */
    public static void know(String... prompts) {
        for (String prompt : prompts) {
            for (int frames : new int[] {1, 5}) { // tables of either length stay, too
                shared(false).generate(GenerateRequest.of(prompt).withSteps(3).withFrames(frames));
            }
        }
    }

    public VideoModel shared() {
        return shared(student);
    }

    private static synchronized VideoModel shared(boolean student) {
        if (!SHARED.containsKey(student)) {
            try {
                Path folder = Files.createTempDirectory("praxino-tiny");
                SHARED.put(student, VideoModel.open(TinyModel.save(folder.resolve("tiny"), student).toString(), Device.CPU, DType.F32));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> AtomicFiles.delete(folder))); // it reads more of it as it needs it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return SHARED.get(student);
    }

    @Override
    public ModelInfo info() {
        return shared().info();
    }

    @Override
    public boolean canStream() {
        return shared().canStream();
    }

    @Override
    public int maxFrames(boolean teacher) {
        return shared().maxFrames(teacher);
    }

    @Override
    public long memoryBytes(int frames, boolean teacher) {
        return shared().memoryBytes(frames, teacher);
    }

    @Override
    public boolean teacherAcceptsFirstFrame() {
        return shared().teacherAcceptsFirstFrame();
    }

    @Override
    public ResolvedRequest resolve(GenerateRequest request) {
        return shared().resolve(request);
    }

    @Override
    public List<String> promptWarnings(String prompt) {
        return shared().promptWarnings(prompt);
    }

    @Override
    public GeneratedVideo generate(GenerateRequest request, GenerationListener progress, Consumer<Frame> newest) {
        return shared().generate(request, (done, total, note) -> {
            if (!request.prompt().equals("warm up")) {
                between.update(done, total, note);
            }
            progress.update(done, total, note);
        }, newest);
    }

    @Override
    public StreamSession session(Timeline timeline, StreamOptions options, @Nullable VideoSource source) {
        played = options;
        return shared().session(timeline, options, source);
    }

    @Override
    public StreamSession restore(Path snapshot, StreamOptions options) {
        played = options;
        return shared().restore(snapshot, options);
    }

    @Override
    public void close() {}
}
