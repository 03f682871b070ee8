package org.praxino.server.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A fair job queue: round robin over owners, first in, first out per owner, so that one owner's jobs cannot delay all others. Thread-safe. */
public final class FairQueue {
    private final LinkedHashMap<String, ArrayDeque<String>> owners = new LinkedHashMap<>();
    private @Nullable Map<String, Integer> positions;
    private boolean closed;

    public synchronized void add(String owner, String job) {
        owners.computeIfAbsent(owner, o -> new ArrayDeque<>()).add(job);
        positions = null;
        notifyAll();
    }

    /** @return false if the job is in the queue already */
    public synchronized boolean addIfAbsent(String owner, String job) {
        var own = owners.get(owner);
        if (own != null && own.contains(job)) {
            return false;
        }
        add(owner, job);
        return true;
    }

    /** Adds a job before all others of its owner. */
    public synchronized void addFirst(String owner, String job) {
        owners.computeIfAbsent(owner, o -> new ArrayDeque<>()).addFirst(job);
        positions = null;
        notifyAll();
    }

    public synchronized void remove(String owner, String job) {
        var own = owners.get(owner);
        if (own != null && own.remove(job)) {
            if (own.isEmpty()) {
                owners.remove(owner);
            }
            positions = null;
        }
    }

    /** Waits for the next job; null after closing. */
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
            owners.putLast(first.getKey(), first.getValue()); // to the back
        }
        positions = null;
        return job;
    }

    /** Position of a job in the queue, from 1; 0 if it is not queued. */
    public synchronized int position(String job) {
        if (positions == null) {
            positions = positions();
        }
        return positions.getOrDefault(job, 0);
    }

    private Map<String, Integer> positions() {
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

    /** Wakes up waiting takers. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
