package org.praxino.server.access;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Seconds of video generated per owner and UTC day, for daily quotas. Thread-safe. */
public final class DailyUsage {
    private static final long DAY_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final int RETAINED_DAYS = 7;

    private final Jdbi jdbi;
    private final Clock clock;

    public DailyUsage(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Seconds of video generated for {@code owner} today. */
    public double today(String owner) {
        return jdbi.withHandle(h -> usedOn(h, owner, clock.millis()));
    }

    public void add(String owner, double seconds) {
        jdbi.useHandle(h -> add(h, owner, clock.millis(), seconds));
    }

    /** Seconds until the quota resets, at least 1. */
    public int secondsUntilReset() {
        return (int) Math.ceilDiv(DAY_MILLIS - clock.millis() % DAY_MILLIS, 1000);
    }

    /** Deletes old days. */
    public void deleteOld() {
        jdbi.useHandle(h -> h.createUpdate("DELETE FROM day_use WHERE day < :day").bind("day", clock.millis() / DAY_MILLIS - RETAINED_DAYS)
                .execute());
    }

    /** As {@link #today} within a transaction, of the day of {@code millis} since 1970. */
    public static double usedOn(Handle h, String owner, long millis) {
        return h.createQuery("SELECT seconds FROM day_use WHERE owner = :owner AND day = :day").bind("owner", owner).bind("day", millis / DAY_MILLIS)
                .mapTo(Double.class).findOne().orElse(0.0);
    }

    /** As {@link #add(String, double)} within a transaction; less than 0 gives back. */
    public static void add(Handle h, String owner, long millis, double seconds) {
        h.createUpdate("INSERT INTO day_use (owner, day, seconds) VALUES (:owner, :day, :seconds) "
                        + "ON CONFLICT (owner, day) DO UPDATE SET seconds = day_use.seconds + excluded.seconds")
                .bind("owner", owner).bind("day", millis / DAY_MILLIS).bind("seconds", seconds).execute();
    }
}
