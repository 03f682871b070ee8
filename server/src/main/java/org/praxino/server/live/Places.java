package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/** Who may run a session: so many at a time, the others in line. For any threads. */
final class Places {
    /** One who waits; told outside of any lock. */
    interface InLine {
        /** @param position 1 for the next @param seconds until it may begin, as far as that can be told */
        void waits(int position, OptionalDouble seconds);

        void mayBegin();
    }

    private final int most;
    private final Deque<InLine> line = new ArrayDeque<>();
    private final Turnover turnover;
    private int taken;

    /** @param nanos the clock */
    Places(int most, LongSupplier nanos) {
        this.most = most;
        this.turnover = new Turnover(nanos);
    }

    /** Takes a place, or a place in the line. {@link InLine#mayBegin} is told at once, or some time later, unless it {@linkplain #leave leaves}. */
    void ask(InLine one) {
        int position;
        OptionalDouble seconds;
        synchronized (this) {
            if (take()) {
                position = 0;
            } else {
                line.add(one);
                position = line.size();
            }
            seconds = turnover.until(position);
        }
        if (position == 0) {
            one.mayBegin();
        } else {
            one.waits(position, seconds);
        }
    }

    /** Takes a place if there is one free that nobody waits for. */
    synchronized boolean take() {
        boolean free = taken < most && line.isEmpty();
        if (free) {
            taken++;
            turnover.taken();
        }
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

    /** Gives a place back, in which a session was. */
    void free() {
        free(true);
    }

    /** Gives a place back in which none could begin: that says nothing of how long others are. */
    void giveBack() {
        free(false);
    }

    private void free(boolean used) {
        InLine next;
        synchronized (this) {
            if (used) {
                turnover.left();
            } else {
                turnover.givenBack();
            }
            next = line.poll();
            if (next == null) {
                taken--;
            } else {
                turnover.taken();
            }
        }
        if (next != null) {
            next.mayBegin();
            call();
        }
    }

    private void call() {
        List<InLine> all;
        var seconds = new ArrayList<OptionalDouble>();
        synchronized (this) {
            all = new ArrayList<>(line);
            for (int i = 0; i < all.size(); i++) {
                seconds.add(turnover.until(i + 1));
            }
        }
        for (int i = 0; i < all.size(); i++) {
            all.get(i).waits(i + 1, seconds.get(i));
        }
    }

    synchronized int waiting() {
        return line.size();
    }
}
