package org.praxino.stream.timeline;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/** An input image cannot be read: it is missing, damaged, too large or not an image. */
public final class InputImageException extends UserException {
    private static final long serialVersionUID = 1;

    InputImageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
