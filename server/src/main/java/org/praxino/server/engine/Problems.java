package org.praxino.server.engine;

import org.praxino.server.job.Job.Problem;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.tensor.UserException;

/** What went wrong with a job, for its owner: never a stack trace. */
final class Problems {
    static final String OUT_OF_MEMORY = "out_of_memory";
    static final String INTERNAL = "internal_error";

    private Problems() {}

    static Problem of(Throwable t) {
        return switch (t) {
            case OutOfMemoryError e -> outOfMemory();
            case InsufficientMemoryException e -> new Problem(OUT_OF_MEMORY, e.getMessage());
            case UserException e -> new Problem("cannot_be_made", e.getMessage());
            case RuntimeException e when allocation(e) -> outOfMemory();
            default -> new Problem(INTERNAL, "something unexpected went wrong: the server's log has the details");
        };
    }

    /** How libtorch says that there is no memory, on the CPU and on CUDA. */
    private static boolean allocation(RuntimeException e) {
        String m = String.valueOf(e.getMessage());
        return m.contains("out of memory") || m.contains("can't allocate memory") || m.contains("not enough memory");
    }

    private static Problem outOfMemory() {
        return new Problem(OUT_OF_MEMORY, "there was not enough memory to make this: ask for fewer frames");
    }
}
