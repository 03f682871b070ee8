package org.praxino.io.safetensors;

/** What is wrong with a file, as the end of a sentence that begins with the file's name. */
final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedException(String reason) {
        super(reason);
    }
}
