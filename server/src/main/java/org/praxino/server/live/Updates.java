package org.praxino.server.live;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.AppliedUpdate;

/** Updates that were accepted and whose place has not been sent yet, by block; then those that were sent and not shown. Under the session's lock. */
final class Updates {
    /**
     * An update.
     *
     * @param event the client's name for it
     * @param askedNanos when it came
     */
    record Waiting(@Nullable String event, AppliedUpdate at, long askedNanos) {}

    private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
    private final List<Waiting> sent = new ArrayList<>();

    /** @param newFuture whether those of later blocks are dropped @return those that it replaced */
    List<Waiting> accept(Waiting update, boolean newFuture) {
        var gone = new ArrayList<Waiting>();
        Waiting same = waiting.remove(update.at.block());
        if (same != null) {
            gone.add(same);
        }
        if (newFuture) {
            Map<Long, Waiting> later = waiting.tailMap(update.at.block(), false);
            gone.addAll(later.values());
            later.clear();
        }
        waiting.put(update.at.block(), update);
        return gone;
    }

    /** The updates that act with a block that is about to be sent, or have done so before. */
    List<Waiting> due(long block) {
        Map<Long, Waiting> due = waiting.headMap(block, true);
        var all = List.copyOf(due.values());
        due.clear();
        sent.addAll(all);
        return all;
    }

    /** The updates that a shown frame shows. */
    List<Waiting> seen(long frame) {
        var all = sent.stream().filter(u -> u.at.frame() <= frame).toList();
        sent.removeAll(all);
        return all;
    }

    /** After a move to another place what was sent is sent again, and needs no answer. */
    void moved() {
        sent.clear();
    }
}
