package org.praxino.tensor;

import org.jspecify.annotations.Nullable;

/** Invalid user input. The message is shown to the user as is; it names the value and what is allowed. */
public class UserException extends RuntimeException {
    public UserException(String sentence) {
        super(sentence);
    }

    public UserException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }

    /** The sentence, which is never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
