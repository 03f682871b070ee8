package org.praxino.server.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.AppliedUpdate;

/** Accepted updates whose block was not sent yet, and those sent but not displayed. Guarded by the session's lock. */
final class PendingUpdates {
    /**
     * An update.
     *
     * @param event the client's event id
     * @param requestedNanos when it was received
     */
    record Update(@Nullable String event, AppliedUpdate at, long requestedNanos) {}

    private final TreeMap<Long, Update> waiting = new TreeMap<>();
    private final List<Update> sent = new ArrayList<>();

    /** @param replaceLater whether updates of later blocks are dropped @return replaced updates */
    List<Update> add(Update update, boolean replaceLater) {
        var replaced = new ArrayList<Update>();
        Update same = waiting.remove(update.at.block());
        if (same != null) {
            replaced.add(same);
        }
        if (replaceLater) {
            Map<Long, Update> later = waiting.tailMap(update.at.block(), false);
            replaced.addAll(later.values());
            later.clear();
        }
        waiting.put(update.at.block(), update);
        return replaced;
    }

    /** Updates that take effect at or before a block that is about to be sent. */
    List<Update> due(long block) {
        Map<Long, Update> due = waiting.headMap(block, true);
        var all = List.copyOf(due.values());
        due.clear();
        sent.addAll(all);
        return all;
    }

    /** Updates visible in a displayed frame. */
    List<Update> shown(long frame) {
        var all = sent.stream().filter(u -> u.at.frame() <= frame).toList();
        sent.removeAll(all);
        return all;
    }

    /** The stream was rewound: drops sent updates. */
    void onSeek() {
        sent.clear();
    }
}
