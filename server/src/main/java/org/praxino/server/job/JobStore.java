package org.praxino.server.job;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.DailyUsage;
import org.praxino.server.job.Job.JobError;

/** The table of jobs. Thread-safe; of two conflicting changes only the first succeeds. */
public final class JobStore {
    /** How often a job may crash the server. */
    public static final int MAX_STARTS = 2;

    /** Error code of a job that crashed the server too often. */
    public static final String PARKED = "parked";

    /** Rounding tolerance in seconds. */
    private static final double ROUNDING = 1e-6;

    private static final String ACTIVE = "('queued', 'in_progress', 'cancelling')";

    private final Jdbi jdbi;
    private final Clock clock;
    private final JobEndListener endListener;

    public JobStore(Jdbi jdbi, Clock clock, JobEndListener endListener) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.endListener = endListener;
    }

    /** Adds a job. After {@link SubmitResult.Accepted} it is durable. */
    public synchronized SubmitResult add(NewJob job) {
        return jdbi.inTransaction(h -> {
            if (job.idempotencyKey() != null) {
                SubmitResult before = findDuplicate(h, job.owner(), job.idempotencyKey());
                if (before != null) {
                    return before;
                }
            }
            int active = active(h, job.owner());
            if (active >= job.maxActive()) {
                return new SubmitResult.TooManyActive(active);
            }
            long now = clock.millis(); // refunds apply to the day of the row
            if (job.cost() != null) {
                double used = DailyUsage.usedOn(h, job.owner(), now);
                if (used + job.cost().seconds() > job.cost().dailySeconds() + ROUNDING) {
                    return new SubmitResult.QuotaExceeded(used);
                }
                DailyUsage.add(h, job.owner(), now, job.cost().seconds());
            }
            JobRowMapper.insert(h, job, now);
            return new SubmitResult.Accepted(find(h, job.id()).orElseThrow());
        });
    }

    private static @Nullable SubmitResult findDuplicate(Handle h, String owner, NewJob.IdempotencyKey idempotencyKey) {
        record Row(Job job, String hash) {}
        Optional<Row> found = h.createQuery("SELECT * FROM jobs WHERE owner = :owner AND idempotency_key = :key")
                .bind("owner", owner).bind("key", idempotencyKey.key())
                .map((rs, ctx) -> new Row(JobRowMapper.job(rs), rs.getString("body_hash"))).findOne();
        return found.map(row -> (SubmitResult)
                (row.hash.equals(idempotencyKey.bodyHash()) ? new SubmitResult.Duplicate(row.job) : new SubmitResult.Conflict(row.job))).orElse(null);
    }

    /** The result of an earlier request with the same idempotency key, if any. */
    public Optional<SubmitResult> findDuplicate(String owner, NewJob.IdempotencyKey idempotencyKey) {
        return jdbi.withHandle(h -> Optional.ofNullable(findDuplicate(h, owner, idempotencyKey)));
    }

    /** The number of active jobs of an owner. */
    public int active(String owner) {
        return jdbi.withHandle(h -> active(h, owner));
    }

    private static int active(Handle h, String owner) {
        return h.createQuery("SELECT COUNT(*) FROM jobs WHERE owner = :owner AND deleted = 0 AND state IN " + ACTIVE)
                .bind("owner", owner).mapTo(Integer.class).one();
    }

    /** The job, unless deleted. */
    public Optional<Job> find(String id) {
        return jdbi.withHandle(h -> find(h, id));
    }

    private static Optional<Job> find(Handle h, String id) {
        return h.createQuery("SELECT * FROM jobs WHERE id = :id AND deleted = 0").bind("id", id)
                .map((rs, ctx) -> JobRowMapper.job(rs)).findOne();
    }

    /**
     * A page of videos.
     *
     * @param owner or null for all
     * @param after {@linkplain #position position} of the last job of the previous page, or null for the first page
     * @param newestFirst the order
     */
    public List<Job> list(@Nullable String owner, @Nullable Long after, int limit, boolean newestFirst) {
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
                query.bind("seq", after);
            }
            return query.map((rs, ctx) -> JobRowMapper.job(rs)).list();
        });
    }

    /** The position of a job in lists, also after it was deleted. @param owner whose it must be, or null for anyone's */
    public Optional<Long> position(String id, @Nullable String owner) {
        return jdbi.withHandle(h -> {
            var query = h.createQuery("SELECT seq FROM (SELECT seq, id, owner FROM jobs UNION ALL SELECT seq, id, owner FROM removed_jobs) a WHERE id = :id"
                    + (owner == null ? "" : " AND owner = :owner")).bind("id", id);
            return (owner == null ? query : query.bind("owner", owner)).mapTo(Long.class).findFirst();
        });
    }

    /** Deletes the list positions of jobs deleted before {@code time}. */
    public void deleteRemovedIds(long time) {
        jdbi.useHandle(h -> h.createUpdate("DELETE FROM removed_jobs WHERE removed_at < :t").bind("t", time).execute());
    }

    /** All queued jobs, oldest first. */
    public List<Job> queued() {
        return jdbi.withHandle(h -> h.createQuery("SELECT * FROM jobs WHERE state = 'queued' AND deleted = 0 ORDER BY seq")
                .map((rs, ctx) -> JobRowMapper.job(rs)).list());
    }

    /** Marks a queued job as started; empty if it is no longer queued. */
    public Optional<Job> begin(String id) {
        return jdbi.inTransaction(h -> {
            int changed = h.createUpdate("UPDATE jobs SET state = 'in_progress', starts = starts + 1, "
                            + "started_at = COALESCE(started_at, :now) WHERE id = :id AND state = 'queued' AND deleted = 0")
                    .bind("id", id).bind("now", clock.millis()).execute();
            return changed == 0 ? Optional.empty() : find(h, id);
        });
    }

    /** Requeues a running job without counting this start. */
    public void requeue(String id) {
        jdbi.useTransaction(h -> {
            int changed = h.createUpdate("UPDATE jobs SET state = 'queued', starts = starts - 1 WHERE id = :id AND state = 'in_progress'")
                    .bind("id", id).execute();
            if (changed == 0) {
                end(h, id, "cancelling", JobState.CANCELLED, null);
            }
        });
    }

    /** Marks a job as completed. @return false if it was cancelled meanwhile; then its files must be deleted */
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

    /** Marks a job as failed, or as cancelled if it was being cancelled. */
    public void fail(String id, JobError error) {
        jdbi.useTransaction(h -> {
            if (!end(h, id, "in_progress", JobState.FAILED, error)) {
                end(h, id, "cancelling", JobState.CANCELLED, null);
            }
        });
    }

    /** Marks a job as cancelled. */
    public void cancelled(String id) {
        jdbi.useTransaction(h -> cancelled(h, id));
    }

    private void cancelled(Handle h, String id) {
        if (!end(h, id, "cancelling", JobState.CANCELLED, null)) {
            end(h, id, "in_progress", JobState.CANCELLED, null);
        }
    }

    /** Cancels a job: queued jobs at once, running jobs at their next step; ended jobs stay as they are. */
    public Optional<Job> cancel(String id) {
        return jdbi.inTransaction(h -> {
            if (!end(h, id, "queued", JobState.CANCELLED, null)) {
                h.createUpdate("UPDATE jobs SET state = 'cancelling' WHERE id = :id AND state = 'in_progress'").bind("id", id).execute();
            }
            return find(h, id);
        });
    }

    private boolean end(Handle h, String id, String from, JobState to, @Nullable JobError error) {
        int changed = h.createUpdate("UPDATE jobs SET state = :to, ended_at = :now, error_code = :code, error_message = :message "
                        + "WHERE id = :id AND state = :from")
                .bind("to", to.text()).bind("now", clock.millis()).bind("id", id).bind("from", from)
                .bind("code", error == null ? null : error.code()).bind("message", error == null ? null : error.message())
                .execute();
        if (changed > 0) {
            if (to == JobState.FAILED || from.equals("queued")) {
                refundQuota(h, id);
            }
            find(h, id).ifPresent(job -> endListener.onEnd(h, job));
        }
        return changed > 0;
    }

    /** Refunds the quota of a job that failed or was cancelled before it started. */
    private static void refundQuota(Handle h, String id) {
        record Row(String owner, long created, double cost) {}
        h.createQuery("SELECT owner, created_at, cost FROM jobs WHERE id = :id AND cost > 0").bind("id", id)
                .map((rs, ctx) -> new Row(rs.getString("owner"), rs.getLong("created_at"), rs.getDouble("cost"))).findOne()
                .ifPresent(row -> DailyUsage.add(h, row.owner, row.created, -row.cost));
    }

    /**
     * After a restart: requeues jobs that were running when the server stopped. A job that was started {@link #MAX_STARTS} times fails
     * instead, so that it cannot crash the server forever.
     */
    public List<Job> recover() {
        List<Job> open = jdbi.withHandle(h -> h.createQuery("SELECT * FROM jobs WHERE state IN ('in_progress', 'cancelling') ORDER BY seq")
                .map((rs, ctx) -> JobRowMapper.job(rs)).list());
        for (Job job : open) {
            if (job.state() == JobState.CANCELLING) {
                cancelled(job.id());
            } else if (job.starts() >= MAX_STARTS) {
                fail(job.id(), new JobError(PARKED, "the server went down " + job.starts()
                        + " times while working on this: it will not be tried again"));
            } else {
                jdbi.useHandle(h -> h.createUpdate("UPDATE jobs SET state = 'queued' WHERE id = :id AND state = 'in_progress'")
                        .bind("id", job.id()).execute());
            }
        }
        return open;
    }

    /** Hides a job, before {@link #remove} once it is not running. */
    public void hide(String id) {
        jdbi.useHandle(h -> h.createUpdate("UPDATE jobs SET deleted = 1, idempotency_key = NULL WHERE id = :id").bind("id", id).execute());
    }

    /** Deletes the row if the job has ended. */
    public boolean remove(String id) {
        return jdbi.inTransaction(h -> {
            h.createUpdate("INSERT INTO removed_jobs (seq, id, owner, removed_at) SELECT seq, id, owner, :now FROM jobs WHERE id = :id AND state NOT IN "
                    + ACTIVE + " ON CONFLICT DO NOTHING").bind("now", clock.millis()).bind("id", id).execute();
            return h.createUpdate("DELETE FROM jobs WHERE id = :id AND state NOT IN " + ACTIVE).bind("id", id).execute() > 0;
        });
    }

    /** Hidden jobs that have ended. */
    public List<String> removable() {
        return ids("SELECT id FROM jobs WHERE deleted = 1 AND state NOT IN " + ACTIVE, 0);
    }

    /** Jobs with expired files. */
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

    /** Records that a job's files were deleted. */
    public void contentDeleted(String id) {
        jdbi.useHandle(h -> h.createUpdate("UPDATE jobs SET bytes = 0 WHERE id = :id").bind("id", id).execute());
    }

    /** Bytes of all files. */
    public long bytes() {
        return jdbi.withHandle(h -> h.createQuery("SELECT COALESCE(SUM(bytes), 0) FROM jobs").mapTo(Long.class).one());
    }

    /** Whether the job exists, hidden or not. */
    public boolean exists(String id) {
        return jdbi.withHandle(h -> h.createQuery("SELECT COUNT(*) FROM jobs WHERE id = :id").bind("id", id).mapTo(Integer.class).one() > 0);
    }
}
