package org.praxino.server.engine;

import org.praxino.server.job.Job.JobError;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.tensor.UserException;

/** Maps exceptions to job errors for clients, without stack traces. */
final class JobErrors {
    static final String OUT_OF_MEMORY = "out_of_memory";
    static final String INTERNAL = "internal_error";

    private JobErrors() {}

    static JobError of(Throwable t) {
        return switch (t) {
            case OutOfMemoryError e -> outOfMemory();
            case InsufficientMemoryException e -> new JobError(OUT_OF_MEMORY, e.getMessage());
            case UserException e when DiskSpace.isExhausted(e) -> new JobError("storage_full", "the server's disk is full");
            case UserException e when DiskSpace.isFileFault(e) -> internal();
            case UserException e -> new JobError("cannot_be_made", e.getMessage());
            case RuntimeException e when allocation(e) -> outOfMemory();
            default -> internal();
        };
    }

    /** A message that names files without the folders that they are in. */
    static String withoutFolders(String message) {
        return message.replaceAll("(?<![\\p{Alnum}:/.])/(?:[^\\s'\"/]+/)+", "");
    }

    private static JobError internal() {
        return new JobError(INTERNAL, "something unexpected went wrong: the server's log has the details");
    }

    /** libtorch's out-of-memory messages on CPU and CUDA. */
    private static boolean allocation(RuntimeException e) {
        String m = String.valueOf(e.getMessage());
        return m.contains("out of memory") || m.contains("can't allocate memory") || m.contains("not enough memory");
    }

    private static JobError outOfMemory() {
        return new JobError(OUT_OF_MEMORY, "there was not enough memory to make this: ask for fewer frames");
    }
}
