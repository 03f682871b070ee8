package org.praxino.server.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that wait: owners take turns, and each owner's own come in their order, so that a hundred jobs of one do not make another
 * wait for a hundred. Used from any thread.
 */
public final class FairQueue {
    private final LinkedHashMap<String, ArrayDeque<String>> owners = new LinkedHashMap<>();
    private @Nullable Map<String, Integer> places;
    private boolean closed;

    public synchronized void add(String owner, String job) {
        owners.computeIfAbsent(owner, o -> new ArrayDeque<>()).add(job);
        places = null;
        notifyAll();
    }

    /** Puts a job back in front of its owner's. */
    public synchronized void putBack(String owner, String job) {
        owners.computeIfAbsent(owner, o -> new ArrayDeque<>()).addFirst(job);
        places = null;
        notifyAll();
    }

    public synchronized void remove(String owner, String job) {
        var own = owners.get(owner);
        if (own != null && own.remove(job)) {
            if (own.isEmpty()) {
                owners.remove(owner);
            }
            places = null;
        }
    }

    /** Waits for the next job; null once the queue is closed. */
    public synchronized @Nullable String take() throws InterruptedException {
        while (owners.isEmpty() && !closed) {
            wait();
        }
        if (closed) {
            return null;
        }
        var first = owners.pollFirstEntry();
        String job = first.getValue().remove();
        if (!first.getValue().isEmpty()) {
            owners.putLast(first.getKey(), first.getValue()); // behind all the others
        }
        places = null;
        return job;
    }

    /** How many jobs come before this one, plus one; 0 when it does not wait. */
    public synchronized int place(String job) {
        if (places == null) {
            places = places();
        }
        return places.getOrDefault(job, 0);
    }

    private Map<String, Integer> places() {
        var all = new HashMap<String, Integer>();
        List<List<String>> turns = new ArrayList<>();
        owners.values().forEach(jobs -> turns.add(List.copyOf(jobs)));
        for (int round = 0, place = 1; !turns.isEmpty(); round++) {
            int n = round;
            turns.removeIf(jobs -> jobs.size() <= n);
            for (List<String> jobs : turns) {
                all.put(jobs.get(round), place++);
            }
        }
        return all;
    }

    public synchronized int size() {
        return owners.values().stream().mapToInt(ArrayDeque::size).sum();
    }

    /** Whoever waits in {@link #take} goes home. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
