package org.praxino.stream;

import java.util.function.BooleanSupplier;
import org.praxino.tensor.Progress;

/** Makes whole clips of requests. Used from one thread. */
interface ClipMaker {
    /** The request with every default filled in. @throws org.praxino.tensor.UserException when it cannot be made */
    GenerateRequest resolve(GenerateRequest request);

    /** @param request resolved @param cancelled asked between steps */
    GeneratedVideo generate(GenerateRequest request, Progress progress, BooleanSupplier cancelled);
}
