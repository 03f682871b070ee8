package org.praxino.media;

import org.praxino.tensor.UserException;

/** A picture or video could not be read or written; the message is one sentence that names the file and the reason. */
public final class MediaException extends UserException {
    public MediaException(String message) {
        super(message);
    }

    public MediaException(String message, Throwable cause) {
        super(message, cause);
    }
}
