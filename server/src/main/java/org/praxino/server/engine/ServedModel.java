package org.praxino.server.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.io.model.Showcase;
import org.praxino.media.Frame;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.ResolvedRequest;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoModel;
import org.praxino.stream.VideoSource;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.UserException;

/** A model as the server uses it. */
public interface ServedModel extends AutoCloseable {
    /** Video frames per latent frame after the first. */
    int FRAMES_PER_LATENT = 4;

    ModelInfo info();

    /** Whether it has a few-step student, which is the default for clips. */
    boolean canStream();

    /** Whether every clip and stream needs a first frame (image to video). */
    default boolean requiresFirstFrame() {
        return false;
    }

    /** A one-frame request, with a black first frame if the model requires one: for warming up and for reading the defaults. */
    default GenerateRequest warmUpRequest() {
        GenerateRequest one = GenerateRequest.of("anything").withSeed(0).withFrames(1);
        var size = info().size();
        return requiresFirstFrame() ? one.withFirstFrame(new Frame(size.width(), size.height(), 3, new byte[size.width() * size.height() * 3])) : one;
    }

    /** The maximum number of frames of one clip, of the teacher or of the default generator. */
    int maxFrames(boolean teacher);

    /** Bytes needed for a clip. */
    long memoryBytes(int frames, boolean teacher);

    /** Whether its teacher accepts a first frame, as needed to edit and extend videos. */
    boolean teacherAcceptsFirstFrame();

    /**
     * Returns the request with all defaults filled in.
     *
     * @throws org.praxino.stream.InsufficientMemoryException if it does not fit in memory
     * @throws org.praxino.tensor.UserException if the model cannot fulfil it
     */
    ResolvedRequest resolve(GenerateRequest request);

    /** Sentences about words of a prompt that it does not know. */
    default List<String> promptWarnings(String prompt) {
        return List.of();
    }

    /** Prompts that the model generates well, the best first. */
    default List<Showcase.Entry> showcase() {
        return List.of();
    }

    /**
     * Generates a clip.
     *
     * @param progress receives every step; its exceptions abort the generation and are rethrown
     * @param preview receives the latest frame
     */
    GeneratedVideo generate(GenerateRequest request, GenerationListener progress, Consumer<Frame> preview);

    /** Frames per block of a stream, except the first block of a scene. */
    default int blockFrames() {
        Integer latents = info().blockLength();
        return latents == null ? 0 : latents * FRAMES_PER_LATENT;
    }

    /**
     * Opens a stream.
     *
     * @param source frames for video to video, or null; closed by the session
     * @throws org.praxino.tensor.UserException if the model does not stream, or cannot play the timeline
     */
    default StreamSession session(Timeline timeline, StreamOptions options, @Nullable VideoSource source) {
        throw new UserException("model " + info().name() + " does not stream");
    }

    /** Continues a stream from a snapshot. */
    default StreamSession restore(Path snapshot, StreamOptions options) {
        throw new UserException("model " + info().name() + " does not stream");
    }

    /** Bytes of the KV caches of all streams. */
    default long cacheBytes() {
        return 0;
    }

    @Override
    void close();

    static ServedModel of(VideoModel model) {
        return new ServedModel() {
            @Override
            public ModelInfo info() {
                return model.info();
            }

            @Override
            public boolean canStream() {
                return model.canStream();
            }

            @Override
            public boolean requiresFirstFrame() {
                return model.requiresFirstFrame();
            }

            @Override
            public int maxFrames(boolean teacher) {
                return model.maxFrames(teacher);
            }

            @Override
            public long memoryBytes(int frames, boolean teacher) {
                return model.memoryBytes(frames, teacher);
            }

            @Override
            public boolean teacherAcceptsFirstFrame() {
                return model.teacherAcceptsFirstFrame();
            }

            @Override
            public ResolvedRequest resolve(GenerateRequest request) {
                return model.resolve(request);
            }

            @Override
            public List<String> promptWarnings(String prompt) {
                return model.promptWarnings(prompt);
            }

            @Override
            public List<Showcase.Entry> showcase() {
                return model.showcase();
            }

            @Override
            public GeneratedVideo generate(GenerateRequest request, GenerationListener progress, Consumer<Frame> preview) {
                return model.generate(request, progress, preview);
            }

            @Override
            public StreamSession session(Timeline timeline, StreamOptions options, @Nullable VideoSource source) {
                return model.session(timeline, options, source);
            }

            @Override
            public StreamSession restore(Path snapshot, StreamOptions options) {
                return model.restore(snapshot, options);
            }

            @Override
            public long cacheBytes() {
                return model.cacheBytes();
            }

            @Override
            public void close() {
                model.close();
            }
        };
    }
}
