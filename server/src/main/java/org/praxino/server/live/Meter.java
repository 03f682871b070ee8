package org.praxino.server.live;

import org.praxino.server.access.Caller;
import org.praxino.server.access.DayUse;

/** Counts what a client's session sends against its key's seconds of video a day. For any threads. */
final class Meter {
    private final DayUse use;
    private final Caller caller;

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
        return count(session, session.identity().fps()) && usedUp();
    }

    /** The client goes: counts the rest of what was sent. */
    void end(LiveSession session) {
        count(session, 1);
    }

    private boolean count(LiveSession session, double least) {
        long frames = caller.perDay() == null ? 0 : session.uncounted(least);
        if (frames > 0) {
            use.add(caller.id(), frames / session.identity().fps());
        }
        return frames > 0;
    }

    String why() {
        return "this key has had its " + caller.perDay() + " s of video of today: there is more tomorrow (UTC), in " + use.untilTomorrow() + " s";
    }
}
