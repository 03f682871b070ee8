package org.praxino.media;

import org.praxino.tensor.UserException;

/** An image or video could not be read or written; the message names the file and the reason. */
public final class MediaException extends UserException {
    public MediaException(String message) {
        super(message);
    }

    public MediaException(String message, Throwable cause) {
        super(message, cause);
    }
}
