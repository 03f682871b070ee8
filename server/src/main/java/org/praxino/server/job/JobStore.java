package org.praxino.server.job;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.DayUse;
import org.praxino.server.job.Job.Problem;

/** The table of jobs. Used from any thread; of two changes that exclude each other only the first happens. */
public final class JobStore {
    /** How often a job may take the process down with it. */
    public static final int MAX_STARTS = 2;

    /** The code of a job that did. */
    public static final String PARKED = "parked";

    /** Seconds that a sum of shares may be wrong by. */
    private static final double ROUNDING = 1e-6;

    private static final String ACTIVE = "('queued', 'in_progress', 'cancelling')";

    private final Jdbi jdbi;
    private final Clock clock;
    private final Outbox outbox;

    public JobStore(Jdbi jdbi, Clock clock, Outbox outbox) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.outbox = outbox;
    }

    /** Once this returns {@link Acceptance.Accepted} the job is on the disk. */
    public synchronized Acceptance add(NewJob job) {
        return jdbi.inTransaction(h -> {
            if (job.once() != null) {
                Acceptance before = before(h, job.owner(), job.once());
                if (before != null) {
                    return before;
                }
            }
            int active = active(h, job.owner());
            if (active >= job.maxActive()) {
                return new Acceptance.TooMany(active);
            }
            long now = clock.millis(); // a job that is given back is so on the day of its row
            if (job.cost() != null) {
                double used = DayUse.on(h, job.owner(), now);
                if (used + job.cost().seconds() > job.cost().perDay() + ROUNDING) {
                    return new Acceptance.UsedUp(used);
                }
                DayUse.add(h, job.owner(), now, job.cost().seconds());
            }
            JobRows.insert(h, job, now);
            return new Acceptance.Accepted(find(h, job.id()).orElseThrow());
        });
    }

    private static @Nullable Acceptance before(Handle h, String owner, NewJob.Once once) {
        record Row(Job job, String hash) {}
        Optional<Row> found = h.createQuery("SELECT * FROM jobs WHERE owner = :owner AND idempotency_key = :key")
                .bind("owner", owner).bind("key", once.key())
                .map((rs, ctx) -> new Row(JobRows.job(rs), rs.getString("body_hash"))).findOne();
        return found.map(row -> (Acceptance)
                (row.hash.equals(once.bodyHash()) ? new Acceptance.Repeated(row.job) : new Acceptance.Clash(row.job))).orElse(null);
    }

    /** What the same request made before, if it came before. */
    public Optional<Acceptance> before(String owner, NewJob.Once once) {
        return jdbi.withHandle(h -> Optional.ofNullable(before(h, owner, once)));
    }

    /** Jobs of an owner that have not ended. */
    public int active(String owner) {
        return jdbi.withHandle(h -> active(h, owner));
    }

    private static int active(Handle h, String owner) {
        return h.createQuery("SELECT COUNT(*) FROM jobs WHERE owner = :owner AND deleted = 0 AND state IN " + ACTIVE)
                .bind("owner", owner).mapTo(Integer.class).one();
    }

    /** The job, unless it was deleted. */
    public Optional<Job> find(String id) {
        return jdbi.withHandle(h -> find(h, id));
    }

    private static Optional<Job> find(Handle h, String id) {
        return h.createQuery("SELECT * FROM jobs WHERE id = :id AND deleted = 0").bind("id", id)
                .map((rs, ctx) -> JobRows.job(rs)).findOne();
    }

    /**
     * A page of videos.
     *
     * @param owner whose, or null for everyone's
     * @param after the job that the page before ended with, or null for the first page
     * @param newestFirst the order
     */
    public List<Job> list(@Nullable String owner, @Nullable Job after, int limit, boolean newestFirst) {
        String sql = "SELECT * FROM jobs WHERE kind = 'video' AND deleted = 0"
                + (owner == null ? "" : " AND owner = :owner")
                + (after == null ? "" : newestFirst ? " AND seq < :seq" : " AND seq > :seq")
                + " ORDER BY seq " + (newestFirst ? "DESC" : "ASC") + " LIMIT :limit";
        return jdbi.withHandle(h -> {
            var query = h.createQuery(sql).bind("limit", limit);
            if (owner != null) {
                query.bind("owner", owner);
            }
            if (after != null) {
                query.bind("seq", after.seq());
            }
            return query.map((rs, ctx) -> JobRows.job(rs)).list();
        });
    }

    /** All that wait, the first to come first. */
    public List<Job> queued() {
        return jdbi.withHandle(h -> h.createQuery("SELECT * FROM jobs WHERE state = 'queued' AND deleted = 0 ORDER BY seq")
                .map((rs, ctx) -> JobRows.job(rs)).list());
    }

    /** Takes a waiting job into work, and writes down that it was begun; empty when it waits no longer. */
    public Optional<Job> begin(String id) {
        return jdbi.inTransaction(h -> {
            int changed = h.createUpdate("UPDATE jobs SET state = 'in_progress', starts = starts + 1, "
                            + "started_at = COALESCE(started_at, :now) WHERE id = :id AND state = 'queued' AND deleted = 0")
                    .bind("id", id).bind("now", clock.millis()).execute();
            return changed == 0 ? Optional.empty() : find(h, id);
        });
    }

    /** Hands a job back to the queue in good order: this start does not count. */
    public void handBack(String id) {
        jdbi.useTransaction(h -> {
            int changed = h.createUpdate("UPDATE jobs SET state = 'queued', starts = starts - 1 WHERE id = :id AND state = 'in_progress'")
                    .bind("id", id).execute();
            if (changed == 0) {
                end(h, id, "cancelling", JobState.CANCELLED, null);
            }
        });
    }

    /** The files are in place. @return false when a stop was asked for meanwhile; then the job is cancelled and its files are to go */
    public boolean complete(String id, long bytes, long expires) {
        return jdbi.inTransaction(h -> {
            h.createUpdate("UPDATE jobs SET bytes = :bytes, expires_at = :expires WHERE id = :id AND state = 'in_progress' AND deleted = 0")
                    .bind("id", id).bind("bytes", bytes).bind("expires", expires).execute();
            if (find(h, id).isPresent() && end(h, id, "in_progress", JobState.COMPLETED, null)) {
                return true;
            }
            cancelled(h, id);
            return false;
        });
    }

    /** Ends a job that could not be done; one that was being cancelled counts as cancelled. */
    public void fail(String id, Problem problem) {
        jdbi.useTransaction(h -> {
            if (!end(h, id, "in_progress", JobState.FAILED, problem)) {
                end(h, id, "cancelling", JobState.CANCELLED, null);
            }
        });
    }

    /** Work has stopped because a stop was asked for. */
    public void cancelled(String id) {
        jdbi.useTransaction(h -> cancelled(h, id));
    }

    private void cancelled(Handle h, String id) {
        if (!end(h, id, "cancelling", JobState.CANCELLED, null)) {
            end(h, id, "in_progress", JobState.CANCELLED, null);
        }
    }

    /** Asks for a stop: at once for one that waits, otherwise at the next step; one that has ended stays as it is. */
    public Optional<Job> cancel(String id) {
        return jdbi.inTransaction(h -> {
            if (!end(h, id, "queued", JobState.CANCELLED, null)) {
                h.createUpdate("UPDATE jobs SET state = 'cancelling' WHERE id = :id AND state = 'in_progress'").bind("id", id).execute();
            }
            return find(h, id);
        });
    }

    private boolean end(Handle h, String id, String from, JobState to, @Nullable Problem problem) {
        int changed = h.createUpdate("UPDATE jobs SET state = :to, ended_at = :now, error_code = :code, error_message = :message "
                        + "WHERE id = :id AND state = :from")
                .bind("to", to.text()).bind("now", clock.millis()).bind("id", id).bind("from", from)
                .bind("code", problem == null ? null : problem.code()).bind("message", problem == null ? null : problem.message())
                .execute();
        if (changed > 0) {
            if (to == JobState.FAILED || from.equals("queued")) {
                giveBack(h, id);
            }
            find(h, id).ifPresent(job -> outbox.ended(h, job));
        }
        return changed > 0;
    }

    /** What was not made, and not stopped by its owner while it was made, does not count. */
    private static void giveBack(Handle h, String id) {
        record Row(String owner, long created, double cost) {}
        h.createQuery("SELECT owner, created_at, cost FROM jobs WHERE id = :id AND cost > 0").bind("id", id)
                .map((rs, ctx) -> new Row(rs.getString("owner"), rs.getLong("created_at"), rs.getDouble("cost"))).findOne()
                .ifPresent(row -> DayUse.add(h, row.owner, row.created, -row.cost));
    }

    /**
     * After a start: jobs that were in work when the process before went down wait again, in their old place. One that was begun
     * {@link #MAX_STARTS} times is parked, so that it cannot do it for ever.
     */
    public List<Job> recover() {
        List<Job> open = jdbi.withHandle(h -> h.createQuery("SELECT * FROM jobs WHERE state IN ('in_progress', 'cancelling') ORDER BY seq")
                .map((rs, ctx) -> JobRows.job(rs)).list());
        for (Job job : open) {
            if (job.state() == JobState.CANCELLING) {
                cancelled(job.id());
            } else if (job.starts() >= MAX_STARTS) {
                fail(job.id(), new Problem(PARKED, "the server went down " + job.starts() + " times while working on this: it will not be tried again"));
            } else {
                jdbi.useHandle(h -> h.createUpdate("UPDATE jobs SET state = 'queued' WHERE id = :id AND state = 'in_progress'")
                        .bind("id", job.id()).execute());
            }
        }
        return open;
    }

    /** Hides a job; {@link #remove} follows once nothing works on it. */
    public void hide(String id) {
        jdbi.useHandle(h -> h.createUpdate("UPDATE jobs SET deleted = 1, idempotency_key = NULL WHERE id = :id").bind("id", id).execute());
    }

    /** Takes the row away, if the job has ended. */
    public boolean remove(String id) {
        return jdbi.withHandle(h -> h.createUpdate("DELETE FROM jobs WHERE id = :id AND state NOT IN " + ACTIVE).bind("id", id).execute() > 0);
    }

    /** Hidden jobs that have ended. */
    public List<String> removable() {
        return ids("SELECT id FROM jobs WHERE deleted = 1 AND state NOT IN " + ACTIVE, 0);
    }

    /** Jobs with files whose time is over. */
    public List<String> expired() {
        return ids("SELECT id FROM jobs WHERE bytes > 0 AND expires_at <= :t", clock.millis());
    }

    /** Jobs that ended before {@code time}. */
    public List<String> endedBefore(long time) {
        return ids("SELECT id FROM jobs WHERE ended_at <= :t", time);
    }

    private List<String> ids(String sql, long time) {
        return jdbi.withHandle(h -> {
            var query = h.createQuery(sql);
            if (sql.contains(":t")) {
                query.bind("t", time);
            }
            return query.mapTo(String.class).list();
        });
    }

    /** The files are gone. */
    public void emptied(String id) {
        jdbi.useHandle(h -> h.createUpdate("UPDATE jobs SET bytes = 0 WHERE id = :id").bind("id", id).execute());
    }

    /** Bytes of all files. */
    public long bytes() {
        return jdbi.withHandle(h -> h.createQuery("SELECT COALESCE(SUM(bytes), 0) FROM jobs").mapTo(Long.class).one());
    }

    /** Whether the table knows the job, hidden or not. */
    public boolean knows(String id) {
        return jdbi.withHandle(h -> h.createQuery("SELECT COUNT(*) FROM jobs WHERE id = :id").bind("id", id).mapTo(Integer.class).one() > 0);
    }
}
