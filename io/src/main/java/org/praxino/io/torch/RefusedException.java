package org.praxino.io.torch;

/** Why a file is not read, as the end of a sentence that begins with the file's name. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedException(String reason) {
        super(reason);
    }
}
