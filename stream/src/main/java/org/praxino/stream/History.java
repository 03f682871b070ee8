package org.praxino.stream;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * The states that a stream can go back to, bounded: half of them are the latest blocks, at least all that may be unseen; the other half
 * are one block in {@link StreamOptions#STRIDE} before those. Owns its marks; used on the engine's thread.
 */
final class History implements AutoCloseable {
    private final TreeMap<Long, Mark> marks = new TreeMap<>();
    private final int sparse;
    private final int recent;

    /** @param states that are kept, 0 for none @param unseen blocks that may be made and not taken */
    History(int states, int unseen) {
        this.sparse = states / 2;
        this.recent = states == 0 ? 0 : Math.max(unseen + 2, states / 2);
    }

    /** Whether any states are kept at all. */
    boolean keeps() {
        return recent > 0;
    }

    boolean has(long block) {
        return marks.containsKey(block);
    }

    /** Keeps a mark, owned from now on, and lets go of what is too much. */
    void keep(Mark mark) {
        marks.put(mark.head().block(), mark);
        var older = marks.headMap(mark.head().block() - recent, true);
        older.entrySet().removeIf(e -> {
            boolean gone = e.getKey() % StreamOptions.STRIDE != 0;
            if (gone) {
                e.getValue().close();
            }
            return gone;
        });
        while (older.size() > sparse) {
            older.pollFirstEntry().getValue().close();
        }
    }

    /** The latest mark from which {@code frame} is reached. */
    Mark before(long frame) {
        Mark found = null;
        for (Mark m : marks.values()) {
            if (m.head().frame() <= frame) {
                found = m;
            }
        }
        if (found == null) {
            throw new IllegalStateException("no state is kept for frame " + frame);
        }
        return found;
    }

    /** The first mark whose block begins with {@code frame} or later; null when there is none. */
    @Nullable Mark from(long frame) {
        return marks.values().stream().filter(m -> m.head().frame() >= frame).findFirst().orElse(null);
    }

    /** The latest mark from which {@code block} is reached. @throws UserException when that is no longer kept. @param next block made next */
    Mark reaching(long block, long next) {
        Map.Entry<Long, Mark> floor = marks.floorEntry(block);
        if (floor == null) {
            throw new UserException("block " + block + " is no longer kept: the history goes back to block " + (marks.isEmpty() ? next : marks.firstKey()));
        }
        return floor.getValue();
    }

    /** Lets go of everything after a mark: it is made anew. */
    void forgetAfter(Mark mark) {
        var later = marks.tailMap(mark.head().block(), false);
        later.values().forEach(Mark::close);
        later.clear();
    }

    @Override
    public void close() {
        marks.values().forEach(Mark::close);
        marks.clear();
    }
}
