package org.praxino.stream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the decoder has said of the blocks it is done with, as far as later blocks depend on it. An alarm acts two blocks later, so that
 * it does not matter how fast decoding was. Told on the decoder's thread, read on the engine's.
 */
final class DecoderReports {
    private final Map<Long, Boolean> alarms = new ConcurrentHashMap<>(); // by block, until they have acted
    private volatile long decoded; // blocks

    /** A block is decoded. @param alarm whether the stream has drifted with it */
    void heard(long block, boolean alarm) {
        alarms.put(block, alarm);
        decoded = block + 1;
    }

    /** Whether everything before {@code block} is decoded. */
    boolean reach(long block) {
        return decoded >= block;
    }

    boolean alarm(long block) {
        return alarms.getOrDefault(block, false);
    }

    /** As {@link #alarm}, and forgets it: it acts now. */
    boolean take(long block) {
        Boolean alarm = alarms.remove(block);
        return alarm != null && alarm;
    }

    /** Begins anew at a state that was kept. @param block that comes next @param lastButOne alarm of the block before the last @param last of the last one */
    void restart(long block, boolean lastButOne, boolean last) {
        alarms.clear();
        alarms.put(block - 2, lastButOne);
        alarms.put(block - 1, last);
        decoded = block;
    }
}
