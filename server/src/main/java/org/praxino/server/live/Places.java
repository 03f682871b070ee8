package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Who may run a session: so many at a time, the others in line. For any threads. */
final class Places {
    /** One who waits; told outside of any lock. */
    interface InLine {
        /** @param position 1 for the next */
        void waits(int position);

        void mayBegin();
    }

    private final int most;
    private final Deque<InLine> line = new ArrayDeque<>();
    private int taken;

    Places(int most) {
        this.most = most;
    }

    /** Takes a place, or a place in the line. {@link InLine#mayBegin} is told at once, or some time later, unless it {@linkplain #leave leaves}. */
    void ask(InLine one) {
        int position;
        synchronized (this) {
            boolean free = taken < most && line.isEmpty();
            if (free) {
                taken++;
                position = 0;
            } else {
                line.add(one);
                position = line.size();
            }
        }
        if (position == 0) {
            one.mayBegin();
        } else {
            one.waits(position);
        }
    }

    /** Takes a place if there is one free that nobody waits for. */
    synchronized boolean take() {
        boolean free = taken < most && line.isEmpty();
        taken += free ? 1 : 0;
        return free;
    }

    /** Leaves the line. @return false when it has a place already, or never stood there */
    boolean leave(InLine one) {
        boolean was;
        synchronized (this) {
            was = line.remove(one);
        }
        if (was) {
            call();
        }
        return was;
    }

    /** Gives a place back. */
    void free() {
        InLine next;
        synchronized (this) {
            next = line.poll();
            if (next == null) {
                taken--;
            }
        }
        if (next != null) {
            next.mayBegin();
            call();
        }
    }

    private void call() {
        List<InLine> all;
        synchronized (this) {
            all = new ArrayList<>(line);
        }
        for (int i = 0; i < all.size(); i++) {
            all.get(i).waits(i + 1);
        }
    }

    synchronized int waiting() {
        return line.size();
    }
}
