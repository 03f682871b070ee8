package org.praxino.server.access;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** How many seconds of video were made for each owner that has a quota, a row for each day of UTC. Used from any thread. */
public final class DayUse {
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final int REMEMBERED = 7;

    private final Jdbi jdbi;
    private final Clock clock;

    public DayUse(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Seconds of video that were made for {@code owner} today. */
    public double today(String owner) {
        return jdbi.withHandle(h -> on(h, owner, clock.millis()));
    }

    public void add(String owner, double seconds) {
        jdbi.useHandle(h -> add(h, owner, clock.millis(), seconds));
    }

    /** Seconds until a new day begins, at least 1. */
    public int untilTomorrow() {
        return (int) Math.ceilDiv(DAY - clock.millis() % DAY, 1000);
    }

    /** Forgets days long past. */
    public void tidy() {
        jdbi.useHandle(h -> h.createUpdate("DELETE FROM day_use WHERE day < :day").bind("day", clock.millis() / DAY - REMEMBERED).execute());
    }

    /** As {@link #today} within a transaction, of the day of {@code millis} since 1970. */
    public static double on(Handle h, String owner, long millis) {
        return h.createQuery("SELECT seconds FROM day_use WHERE owner = :owner AND day = :day").bind("owner", owner).bind("day", millis / DAY)
                .mapTo(Double.class).findOne().orElse(0.0);
    }

    /** As {@link #add(String, double)} within a transaction; less than 0 gives back. */
    public static void add(Handle h, String owner, long millis, double seconds) {
        h.createUpdate("INSERT INTO day_use (owner, day, seconds) VALUES (:owner, :day, :seconds) "
                        + "ON CONFLICT (owner, day) DO UPDATE SET seconds = day_use.seconds + excluded.seconds")
                .bind("owner", owner).bind("day", millis / DAY).bind("seconds", seconds).execute();
    }
}
