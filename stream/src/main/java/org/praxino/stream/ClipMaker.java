package org.praxino.stream;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.praxino.media.Frame;
import org.praxino.tensor.Progress;

/** Makes whole clips of requests. Used from one thread. */
interface ClipMaker {
    /** The request with every default filled in. @throws org.praxino.tensor.UserException when it cannot be made */
    GenerateRequest resolve(GenerateRequest request);

    /** Most frames of one clip. */
    default int longest() {
        return StudentGenerator.MAX_FRAMES;
    }

    /** Bytes that a clip of so many frames needs beside the weights; 0 when that is not reckoned. */
    default long memoryBytes(int frames) {
        return 0;
    }

    /** Whether a clip can begin with a given picture. */
    default boolean takesFirstFrame() {
        return false;
    }

    /** @param request resolved @param newest given the last frame there is, before progress is told of it @param cancelled asked between steps */
    GeneratedVideo generate(GenerateRequest request, Progress progress, Consumer<Frame> newest, BooleanSupplier cancelled);
}
