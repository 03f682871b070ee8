package org.praxino.server.live;

import org.praxino.server.access.Caller;
import org.praxino.server.access.DailyUsage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the video sent to a client against its key's daily quota. If the database fails, the session continues and is counted later.
 * Thread-safe.
 */
final class QuotaMeter {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    private final DailyUsage usage;
    private final Caller caller;
    private volatile boolean failing;

    QuotaMeter(DailyUsage usage, Caller caller) {
        this.usage = usage;
        this.caller = caller;
    }

    /** Whether today's quota is used up. */
    boolean isExhausted() {
        return caller.dailySeconds() != null && usage.today(caller.id()) >= caller.dailySeconds();
    }

    /** Counts the video sent since the last call, in full seconds. @return whether the quota is now used up */
    boolean check(LiveSession session) {
        try {
            return count(session, session.properties().fps()) && isExhausted();
        } catch (RuntimeException e) {
            onFailure(session, e);
            return false;
        }
    }

    /** Counts the rest when the client disconnects. */
    void finish(LiveSession session) {
        try {
            count(session, 1);
        } catch (RuntimeException e) {
            onFailure(session, e);
        }
    }

    private boolean count(LiveSession session, double least) {
        if (caller.dailySeconds() == null || !session.count(least, frames -> usage.add(caller.id(), frames / session.properties().fps()))) {
            return false;
        }
        failing = false;
        return true;
    }

    /** Logs a failure once until it is over. */
    private void onFailure(LiveSession session, RuntimeException e) {
        if (!failing) {
            LOG.error("what live session {} sends cannot be counted", session.properties().id(), e);
        }
        failing = true;
    }

    String message() {
        return "this key has used its daily quota of " + caller.dailySeconds() + " s of video: it resets at midnight (UTC), in "
                + usage.secondsUntilReset() + " s";
    }
}
