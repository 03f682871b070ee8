package org.praxino.stream.engine;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tracks which blocks are decoded and which raised a drift alarm. An alarm takes effect two blocks later, so that results do not depend on
 * decoding speed. Written on the decoder's thread, read on the engine's.
 */
final class DecodedBlocks {
    private final Map<Long, Boolean> alarms = new ConcurrentHashMap<>(); // by block, until they take effect
    private volatile long decoded; // blocks

    /** A block was decoded. @param alarm whether it drifted */
    void onDecoded(long block, boolean alarm) {
        alarms.put(block, alarm);
        decoded = block + 1;
    }

    /** Whether all blocks before {@code block} are decoded. */
    boolean hasDecodedBefore(long block) {
        return decoded >= block;
    }

    boolean alarm(long block) {
        return alarms.getOrDefault(block, false);
    }

    /** As {@link #alarm}, and clears it. */
    boolean takeAlarm(long block) {
        Boolean alarm = alarms.remove(block);
        return alarm != null && alarm;
    }

    /**
     * Resets to a checkpoint. @param block that comes next @param lastButOne alarm of the block before the last @param last alarm of the
     * last block
     */
    void reset(long block, boolean lastButOne, boolean last) {
        alarms.clear();
        alarms.put(block - 2, lastButOne);
        alarms.put(block - 1, last);
        decoded = block;
    }
}
