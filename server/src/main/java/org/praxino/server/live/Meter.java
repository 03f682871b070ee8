package org.praxino.server.live;

import org.praxino.server.access.Caller;
import org.praxino.server.access.DayUse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a client's session sends against its key's seconds of video a day. While the database fails the session goes on, and what it sends is
 * counted later. For any threads.
 */
final class Meter {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    private final DayUse use;
    private final Caller caller;
    private volatile boolean troubled;

    Meter(DayUse use, Caller caller) {
        this.use = use;
        this.caller = caller;
    }

    /** Whether nothing is left of today's. */
    boolean usedUp() {
        return caller.perDay() != null && use.today(caller.id()) >= caller.perDay();
    }

    /** Counts what was sent since the last time, from a second on. @return whether that was the last of today's */
    boolean look(LiveSession session) {
        try {
            return count(session, session.identity().fps()) && usedUp();
        } catch (RuntimeException e) {
            trouble(session, e);
            return false;
        }
    }

    /** The client goes: counts the rest of what was sent. */
    void end(LiveSession session) {
        try {
            count(session, 1);
        } catch (RuntimeException e) {
            trouble(session, e);
        }
    }

    private boolean count(LiveSession session, double least) {
        if (caller.perDay() == null || !session.count(least, frames -> use.add(caller.id(), frames / session.identity().fps()))) {
            return false;
        }
        troubled = false;
        return true;
    }

    /** Logged once until it is over: it comes again with every look. */
    private void trouble(LiveSession session, RuntimeException e) {
        if (!troubled) {
            LOG.error("what live session {} sends cannot be counted", session.identity().id(), e);
        }
        troubled = true;
    }

    String why() {
        return "this key has had its " + caller.perDay() + " s of video of today: there is more tomorrow (UTC), in " + use.untilTomorrow() + " s";
    }
}
