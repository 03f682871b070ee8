package org.praxino.app;

import java.util.concurrent.CancellationException;

/** The work ended early because it was asked to, and left something: the message says what, and how to go on. */
final class StoppedException extends CancellationException {
    StoppedException(String sentence) {
        super(sentence);
    }
}
