package org.praxino.io.safetensors;

/** A malformed file; the message completes a sentence that begins with the file's name. */
final class MalformedHeaderException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedHeaderException(String reason) {
        super(reason);
    }
}
