package org.praxino.tensor;

/** Something the user gave is wrong: one clear sentence that names the value and what would be right. Shown as it is. */
public class UserException extends RuntimeException {
    public UserException(String sentence) {
        super(sentence);
    }

    public UserException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
