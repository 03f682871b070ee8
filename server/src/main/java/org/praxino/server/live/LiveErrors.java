package org.praxino.server.live;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.praxino.media.MediaException;
import org.praxino.server.engine.DiskSpace;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.timeline.InputImageException;
import org.praxino.tensor.UserException;

/** Maps exceptions to errors for clients, without stack traces. */
final class LiveErrors {
    private LiveErrors() {}

    /** The error of a failed stream. */
    static LiveError ofStream(Throwable error) {
        return switch (error) {
            case OutOfMemoryError e -> LiveError.fatal("out_of_memory", "out of memory");
            case RuntimeException e when isOutOfMemory(e) -> LiveError.fatal("out_of_memory", "out of memory");
            case UserException e when DiskSpace.isFileFault(e) -> LiveError.internal(); // it would show paths of the server
            case UserException e -> LiveError.fatal("stream_failed", e.getMessage());
            default -> LiveError.internal();
        };
    }

    private static boolean isOutOfMemory(Throwable e) {
        for (Throwable error = e; error != null; error = error.getCause()) {
            String m = String.valueOf(error.getMessage());
            if (error instanceof OutOfMemoryError || m.contains("out of memory") || m.contains("can't allocate memory")
                    || m.contains("not enough memory")) {
                return true;
            }
        }
        return false;
    }

    /** The error of a failed request. */
    static LiveError ofRequest(@Nullable Throwable error) {
        return switch (error) {
            case null -> LiveError.internal();
            case CompletionException e when e.getCause() != null -> ofRequest(e.getCause());
            case MediaException e -> LiveError.of("unreadable_media", e.getMessage());
            case InsufficientMemoryException e -> LiveError.of("does_not_fit", e.getMessage());
            case InputImageException e -> LiveError.of("unreadable_media", e.getMessage());
            case UserException e when DiskSpace.isExhausted(e) -> LiveError.of("storage_full", "the server's disk is full");
            case UserException e when DiskSpace.isFileFault(e) -> LiveError.internal();
            case UserException e -> LiveError.of("not_possible", e.getMessage());
            default -> LiveError.internal();
        };
    }
}
