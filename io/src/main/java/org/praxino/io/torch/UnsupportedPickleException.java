package org.praxino.io.torch;

/** A file that is not supported; the message completes a sentence that begins with the file's name. */
final class UnsupportedPickleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsupportedPickleException(String reason) {
        super(reason);
    }
}
