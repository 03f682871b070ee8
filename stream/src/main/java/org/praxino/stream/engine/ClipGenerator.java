package org.praxino.stream.engine;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.praxino.media.Frame;
import org.praxino.stream.GenerateRequest;
import org.praxino.stream.GeneratedVideo;
import org.praxino.stream.GenerationListener;
import org.praxino.stream.ResolvedRequest;

/** Generates whole clips. Used from one thread. */
public interface ClipGenerator {
    /** Returns the request with all defaults filled in. @throws org.praxino.tensor.UserException if the model cannot fulfil it */
    ResolvedRequest resolve(GenerateRequest request);

    /** The maximum number of frames in one clip. */
    default int maxFrames() {
        return StudentClipGenerator.MAX_FRAMES;
    }

    /** Bytes needed for a clip of {@code frames} frames in addition to the weights; 0 if unknown. */
    default long memoryBytes(int frames) {
        return 0;
    }

    /** Whether a clip can start from a given image. */
    default boolean acceptsFirstFrame() {
        return false;
    }

    /** @param preview receives the latest frame, before progress is reported @param cancelled polled between steps */
    GeneratedVideo generate(ResolvedRequest request, GenerationListener progress, Consumer<Frame> preview, BooleanSupplier cancelled);
}
