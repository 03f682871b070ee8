package org.praxino.server.live;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.praxino.media.MediaException;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.timeline.InputImageException;
import org.praxino.tensor.UserException;

/** What went wrong in a stream, for its client: never a stack trace. */
final class Breaks {
    private Breaks() {}

    /** Why a stream broke. */
    static LiveError of(Throwable t) {
        return switch (t) {
            case OutOfMemoryError e -> LiveError.fatal("out_of_memory", "there was not enough memory to go on");
            case RuntimeException e when memory(e) -> LiveError.fatal("out_of_memory", "there was not enough memory to go on");
            case UserException e -> LiveError.fatal("stream_failed", e.getMessage());
            default -> LiveError.internal();
        };
    }

    private static boolean memory(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            String m = String.valueOf(t.getMessage());
            if (t instanceof OutOfMemoryError || m.contains("out of memory") || m.contains("can't allocate memory") || m.contains("not enough memory")) {
                return true;
            }
        }
        return false;
    }

    /** Why something that was asked is not done. */
    static LiveError asked(@Nullable Throwable t) {
        return switch (t) {
            case null -> LiveError.internal();
            case CompletionException e when e.getCause() != null -> asked(e.getCause());
            case MediaException e -> LiveError.of("unreadable_media", e.getMessage());
            case InsufficientMemoryException e -> LiveError.of("does_not_fit", e.getMessage());
            case InputImageException e -> LiveError.of("unreadable_media", e.getMessage());
            case UserException e -> LiveError.of("not_possible", e.getMessage());
            default -> LiveError.internal();
        };
    }
}
