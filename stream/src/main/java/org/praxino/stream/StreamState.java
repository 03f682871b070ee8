package org.praxino.stream;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.praxino.tensor.UserException;

/** The state of a session, which determines the allowed operations. */
public enum StreamState {
    /** Generating blocks as frames are read. */
    RUNNING,
    /** Not generating; available frames can be read. */
    PAUSED,
    /** The last block was generated. */
    ENDED,
    /** An error occurred; earlier frames could be read. */
    FAILED,
    /** Closed, with all memory released. */
    CLOSED;

    /** Operations on a session. */
    public enum Operation {
        PROMPT("change the prompt", RUNNING, PAUSED),
        PAUSE("pause", RUNNING),
        RESUME("resume", PAUSED),
        REWIND("rewind", RUNNING, PAUSED, ENDED),
        FORK("fork", RUNNING, PAUSED, ENDED),
        SNAPSHOT("take a snapshot", RUNNING, PAUSED, ENDED);

        private final String description;
        private final Set<StreamState> from;

        Operation(String words, StreamState first, StreamState... more) {
            this.description = words;
            this.from = EnumSet.of(first, more);
        }

        /** @throws UserException if {@code state} does not allow this */
        public void check(StreamState state) {
            if (!from.contains(state)) {
                throw new UserException("cannot " + description + ": the stream is " + state.word() + ", and this is possible while it is "
                        + from.stream().map(StreamState::word).collect(Collectors.joining(" or ")));
            }
        }
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
