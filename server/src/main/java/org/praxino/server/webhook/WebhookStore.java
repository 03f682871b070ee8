package org.praxino.server.webhook;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobEndListener;
import org.praxino.server.job.JobJson;
import org.praxino.server.webhook.WebhookDelivery.Attempt;
import tools.jackson.databind.node.JsonNodeFactory;

/** The tables of webhook deliveries. */
public final class WebhookStore implements JobEndListener {
    private final Jdbi jdbi;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    public WebhookStore(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Records the delivery for a job that has just ended. */
    @Override
    public void onEnd(Handle h, Job job) {
        var hook = job.spec().hook();
        String event = "video." + job.state().text();
        if (hook == null || !hook.events().contains(event)) {
            return;
        }
        var bytes = new byte[12];
        random.nextBytes(bytes);
        String id = "msg_" + HexFormat.of().formatHex(bytes);
        long now = clock.millis();
        var message = JsonNodeFactory.instance.objectNode();
        message.put("id", id).put("object", "event").put("created_at", now / 1000);
        message.put("type", event);
        message.put("timestamp", Instant.ofEpochMilli(now).toString());
        message.set("data", JobJson.of(job, JobJson.JobStatus.NONE));
        h.createUpdate("INSERT INTO deliveries (id, job, owner, event, url, body, state, attempts, next_at) "
                        + "VALUES (:id, :job, :owner, :event, :url, :body, 'pending', 0, :now)")
                .bind("id", id).bind("job", job.id()).bind("owner", job.owner()).bind("event", event)
                .bind("url", hook.url()).bind("body", message.toString()).bind("now", now).execute();
    }

    /** Due deliveries, oldest first, of each URL and of each owner only so many, so that many to one receiver hide no others. */
    List<WebhookDelivery> due(int perUrl, int perOwner, int most) {
        return jdbi.withHandle(h -> h.createQuery("""
                        SELECT * FROM (
                          SELECT u.*, ROW_NUMBER() OVER (PARTITION BY owner ORDER BY next_at, seq) AS owners_place FROM (
                            SELECT d.*, ROW_NUMBER() OVER (PARTITION BY owner, url ORDER BY next_at, seq) AS urls_place
                            FROM deliveries d WHERE state = 'pending' AND next_at <= :now) u
                          WHERE urls_place <= :url) o
                        WHERE owners_place <= :owner ORDER BY next_at, seq LIMIT :most""")
                .bind("now", clock.millis()).bind("url", perUrl).bind("owner", perOwner).bind("most", most)
                .map((rs, ctx) -> delivery(rs, List.of())).list());
    }

    /** When the next attempt becomes due that is not due yet, or null. */
    @Nullable Long nextAt() {
        return jdbi.withHandle(h -> h.createQuery("SELECT MIN(next_at) FROM deliveries WHERE state = 'pending' AND next_at > :now")
                .bind("now", clock.millis()).mapTo(Long.class).findOne().orElse(null));
    }

    /** Records an attempt and the new state. */
    void recordAttempt(WebhookDelivery delivery, Attempt attempt, String state, long nextAt) {
        jdbi.useTransaction(h -> {
            h.createUpdate("INSERT INTO delivery_attempts (delivery, at, status, error, millis) VALUES (:id, :at, :status, :error, :millis)")
                    .bind("id", delivery.id()).bind("at", attempt.at()).bind("status", attempt.status()).bind("error", attempt.error())
                    .bind("millis", attempt.millis()).execute();
            h.createUpdate("UPDATE deliveries SET state = :state, attempts = attempts + 1, next_at = :next WHERE id = :id")
                    .bind("state", state).bind("next", nextAt).bind("id", delivery.id()).execute();
        });
    }

    /** The deliveries of a job, with all attempts. */
    public List<WebhookDelivery> deliveries(String job) {
        return jdbi.withHandle(h -> h.createQuery("SELECT * FROM deliveries WHERE job = :job ORDER BY seq").bind("job", job)
                .map((rs, ctx) -> delivery(rs, attempts(h, rs.getString("id")))).list());
    }

    private static List<Attempt> attempts(Handle h, String delivery) {
        return h.createQuery("SELECT * FROM delivery_attempts WHERE delivery = :id ORDER BY seq").bind("id", delivery).map((rs, ctx) -> {
            int status = rs.getInt("status");
            Integer known = rs.wasNull() ? null : status;
            return new Attempt(rs.getLong("at"), known, rs.getString("error"), rs.getLong("millis"));
        }).list();
    }

    private static WebhookDelivery delivery(ResultSet rs, List<Attempt> log) throws SQLException {
        return new WebhookDelivery(rs.getString("id"), rs.getString("job"), rs.getString("owner"), rs.getString("event"), rs.getString("url"),
                rs.getString("body"), rs.getString("state"), rs.getInt("attempts"), rs.getLong("next_at"), log);
    }

    /** Deletes deliveries of deleted jobs. */
    public void deleteOrphans() {
        jdbi.useTransaction(h -> {
            h.execute("DELETE FROM deliveries WHERE state <> 'pending' AND job NOT IN (SELECT id FROM jobs)");
            h.execute("DELETE FROM delivery_attempts WHERE delivery NOT IN (SELECT id FROM deliveries)");
        });
    }
}
