package org.praxino.app;

import java.util.concurrent.CancellationException;

/** The work was stopped by the user; the message says how to continue. */
final class StoppedException extends CancellationException {
    StoppedException(String sentence) {
        super(sentence);
    }
}
