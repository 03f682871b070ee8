package org.praxino.server.engine;

import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoModel;
import org.praxino.stream.VideoSource;
import org.praxino.stream.timeline.Timeline;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;

/** What the server asks of a model. */
public interface ServedModel extends AutoCloseable {
    /** Frames that a latent frame stands for, but for the first of a scene. */
    int FRAMES_A_LATENT = 4;

    ModelInfo info();

    /** Whether it has a student, which makes clips in few steps and is used by default. */
    boolean streams();

    /** Whether every clip and stream must be given its first picture. */
    default boolean beginsWithPicture() {
        return false;
    }

    /** A request for one frame, with a black picture where the model must be given one: to warm it up, and to ask for its own choices. */
    default GenerateRequest smallest() {
        GenerateRequest one = GenerateRequest.of("anything").withSeed(0).withFrames(1);
        var size = info().size();
        return beginsWithPicture() ? one.withFirstFrame(new Frame(size.width(), size.height(), 3, new byte[size.width() * size.height() * 3])) : one;
    }

    /** Most frames of one clip, of the teacher or of what is used by default. */
    int longest(boolean teacher);

    /** Bytes that a clip of so many frames needs. */
    long memoryBytes(int frames, boolean teacher);

    /** Whether its teacher can begin with a given picture: what editing and extending take. */
    boolean teacherTakesFirstFrame();

    /**
     * The request with every default filled in.
     *
     * @throws org.praxino.stream.InsufficientMemoryException when there is no memory for it
     * @throws org.praxino.tensor.UserException when the model cannot make it
     */
    GenerateRequest resolve(GenerateRequest request);

    /**
     * Makes a clip.
     *
     * @param progress told of every step; what it throws ends the work and comes out here
     * @param newest given the last frame there is
     */
    GeneratedVideo generate(GenerateRequest request, Progress progress, Consumer<Frame> newest);

    /** Frames of a block of a stream that is not the first of a scene. */
    default int blockFrames() {
        Integer latents = info().blockLength();
        return latents == null ? 0 : latents * FRAMES_A_LATENT;
    }

    /**
     * Opens a stream.
     *
     * @param source frames that it follows, or null; closed by the session
     * @throws org.praxino.tensor.UserException when the model does not stream, or cannot play the timeline
     */
    default StreamSession session(Timeline timeline, StreamOptions options, @Nullable VideoSource source) {
        throw new UserException("model " + info().name() + " does not stream");
    }

    /** Goes on with a snapshot. */
    default StreamSession restore(Path snapshot, StreamOptions options) {
        throw new UserException("model " + info().name() + " does not stream");
    }

    /** Bytes of the caches of all streams. */
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
            public boolean streams() {
                return model.canStream();
            }

            @Override
            public boolean beginsWithPicture() {
                return model.requiresFirstFrame();
            }

            @Override
            public int longest(boolean teacher) {
                return model.maxFrames(teacher);
            }

            @Override
            public long memoryBytes(int frames, boolean teacher) {
                return model.memoryBytes(frames, teacher);
            }

            @Override
            public boolean teacherTakesFirstFrame() {
                return model.teacherAcceptsFirstFrame();
            }

            @Override
            public GenerateRequest resolve(GenerateRequest request) {
                return model.resolve(request);
            }

            @Override
            public GeneratedVideo generate(GenerateRequest request, Progress progress, Consumer<Frame> newest) {
                return model.generate(request, progress, newest);
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
