package org.praxino.server.db;

import org.praxino.tensor.UserException;

/** The database cannot be reached, or has no room, for now: a later try may succeed with the same settings. */
public final class DatabaseUnavailableException extends UserException {
    DatabaseUnavailableException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
