package org.praxino.app.cli;

import java.util.concurrent.CancellationException;

/** The work was stopped by the user; the message says how to continue. */
public final class StoppedException extends CancellationException {
    public StoppedException(String sentence) {
        super(sentence);
    }
}
