package org.praxino.stream.engine;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.StreamOptions;
import org.praxino.tensor.UserException;

/**
 * A bounded set of checkpoints that a stream can be rewound to: half cover the latest blocks, at least all that may be unplayed; the other
 * half one block in {@link StreamOptions#SPARSE_STRIDE} before those. Owns its checkpoints. Used on the engine's thread.
 */
final class CheckpointHistory implements AutoCloseable {
    private final TreeMap<Long, StreamCheckpoint> checkpoints = new TreeMap<>();
    private final int sparse;
    private final int recent;

    /** @param states number of checkpoints, 0 for none @param unplayed blocks that may be generated but not read */
    CheckpointHistory(int states, int unplayed) {
        this.sparse = states / 2;
        this.recent = states == 0 ? 0 : Math.max(unplayed + 2, states / 2);
    }

    /** Whether checkpoints are kept. */
    boolean isEnabled() {
        return recent > 0;
    }

    boolean has(long block) {
        return checkpoints.containsKey(block);
    }

    /** Adds a checkpoint, which it then owns, and discards the excess. */
    void add(StreamCheckpoint checkpoint) {
        checkpoints.put(checkpoint.position().block(), checkpoint);
        var older = checkpoints.headMap(checkpoint.position().block() - recent, true);
        older.entrySet().removeIf(e -> {
            boolean discard = e.getKey() % StreamOptions.SPARSE_STRIDE != 0;
            if (discard) {
                e.getValue().close();
            }
            return discard;
        });
        while (older.size() > sparse) {
            older.pollFirstEntry().getValue().close();
        }
    }

    /** The latest checkpoint at or before {@code frame}. */
    StreamCheckpoint latestBefore(long frame) {
        StreamCheckpoint found = null;
        for (StreamCheckpoint m : checkpoints.values()) {
            if (m.position().frame() <= frame) {
                found = m;
            }
        }
        if (found == null) {
            throw new IllegalStateException("no state is kept for frame " + frame);
        }
        return found;
    }

    /** The first checkpoint whose block begins at or after {@code frame}, or null. */
    @Nullable StreamCheckpoint firstFrom(long frame) {
        return checkpoints.values().stream().filter(m -> m.position().frame() >= frame).findFirst().orElse(null);
    }

    /** The latest checkpoint at or before {@code block}. @throws UserException if it was discarded @param next number of the next block */
    StreamCheckpoint atOrBefore(long block, long next) {
        Map.Entry<Long, StreamCheckpoint> floor = checkpoints.floorEntry(block);
        if (floor == null) {
            throw new UserException("block " + block + " is no longer kept: the history goes back to block "
                    + (checkpoints.isEmpty() ? next : checkpoints.firstKey()));
        }
        return floor.getValue();
    }

    /** Discards all checkpoints after one. */
    void discardAfter(StreamCheckpoint checkpoint) {
        var later = checkpoints.tailMap(checkpoint.position().block(), false);
        later.values().forEach(StreamCheckpoint::close);
        later.clear();
    }

    @Override
    public void close() {
        checkpoints.values().forEach(StreamCheckpoint::close);
        checkpoints.clear();
    }
}
