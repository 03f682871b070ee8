package org.praxino.stream;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.praxino.tensor.UserException;

/** What a session is doing, and what may be asked of it then. */
public enum StreamState {
    /** Blocks are made as far as frames are taken. */
    RUNNING,
    /** No block is made; frames that are there can be taken. */
    PAUSED,
    /** The last block is made. */
    ENDED,
    /** Something broke; the frames until then could be taken. */
    FAILED,
    /** All memory is given back. */
    CLOSED;

    /** What can be asked of a session beside its frames. */
    enum Move {
        PROMPT("change the prompt", RUNNING, PAUSED),
        PAUSE("pause", RUNNING),
        RESUME("resume", PAUSED),
        REWIND("rewind", RUNNING, PAUSED, ENDED),
        FORK("fork", RUNNING, PAUSED, ENDED),
        SNAPSHOT("take a snapshot", RUNNING, PAUSED, ENDED);

        private final String words;
        private final Set<StreamState> from;

        Move(String words, StreamState first, StreamState... more) {
            this.words = words;
            this.from = EnumSet.of(first, more);
        }

        /** @throws UserException when this cannot be asked in {@code state} */
        void check(StreamState state) {
            if (!from.contains(state)) {
                throw new UserException("cannot " + words + ": the stream is " + state.word() + ", and this is possible while it is "
                        + from.stream().map(StreamState::word).collect(Collectors.joining(" or ")));
            }
        }
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
