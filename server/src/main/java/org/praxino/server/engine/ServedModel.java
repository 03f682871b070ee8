package org.praxino.server.engine;

import org.praxino.io.model.ModelInfo;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.VideoModel;
import org.praxino.tensor.Progress;

/** What the server asks of a model. */
public interface ServedModel extends AutoCloseable {
    ModelInfo info();

    /** Whether it has a student, which makes clips in few steps and is used by default. */
    boolean streams();

    /** Most frames of one clip, of the teacher or of what is used by default. */
    int longest(boolean teacher);

    /** Bytes that a clip of so many frames needs. */
    long memoryBytes(int frames, boolean teacher);

    /** Whether its teacher can begin with a given picture: what editing and extending take. */
    boolean teacherTakesFirstFrame();

    /**
     * The request with every default filled in.
     *
     * @throws org.praxino.stream.DoesNotFitException when there is no memory for it
     * @throws org.praxino.tensor.UserException when the model cannot make it
     */
    GenerateRequest resolve(GenerateRequest request);

    /** @param progress told of every step; what it throws ends the work and comes out here */
    GeneratedVideo generate(GenerateRequest request, Progress progress);

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
                return model.streams();
            }

            @Override
            public int longest(boolean teacher) {
                return model.longest(teacher);
            }

            @Override
            public long memoryBytes(int frames, boolean teacher) {
                return model.memoryBytes(frames, teacher);
            }

            @Override
            public boolean teacherTakesFirstFrame() {
                return model.teacherTakesFirstFrame();
            }

            @Override
            public GenerateRequest resolve(GenerateRequest request) {
                return model.resolve(request);
            }

            @Override
            public GeneratedVideo generate(GenerateRequest request, Progress progress) {
                return model.generate(request, progress);
            }

            @Override
            public void close() {
                model.close();
            }
        };
    }
}
