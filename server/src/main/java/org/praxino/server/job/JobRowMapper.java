package org.praxino.server.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;
import tools.jackson.databind.node.ObjectNode;

/** Maps rows of the jobs table. */
final class JobRowMapper {
    private JobRowMapper() {}

    static Job job(ResultSet row) throws SQLException {
        String id = row.getString("id");
        String code = row.getString("error_code");
        return new Job(
                row.getLong("seq"), id, row.getString("owner"), JobState.of(row.getString("state")),
                spec(row.getString("spec"), "job " + id), row.getString("origin"), row.getInt("starts"),
                row.getLong("created_at"), time(row, "started_at"), time(row, "ended_at"), time(row, "expires_at"),
                code == null ? null : new Job.JobError(code, row.getString("error_message")), row.getLong("bytes"));
    }

    /** Jobs of earlier versions have fewer fields. */
    private static JobSpec spec(String text, String where) {
        ObjectNode node = Json.parse(text, where, ObjectNode.class);
        node.putIfAbsent("badge", node.booleanNode(false));
        node.putIfAbsent("timeline", node.nullNode());
        node.putIfAbsent("askedFrames", node.nullNode());
        return Json.parse(node.toString(), where, JobSpec.class);
    }

    private static @Nullable Long time(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    static void insert(Handle h, NewJob job, long now) {
        var idempotencyKey = job.idempotencyKey();
        h.createUpdate("INSERT INTO jobs (id, owner, kind, state, spec, origin, starts, created_at, bytes, deleted, idempotency_key, body_hash, cost) "
                        + "VALUES (:id, :owner, :kind, 'queued', :spec, :origin, 0, :now, 0, 0, :key, :hash, :cost)")
                .bind("id", job.id()).bind("owner", job.owner())
                .bind("kind", job.spec().task() == JobSpec.Task.IMAGE ? "image" : "video")
                .bind("spec", Json.line(job.spec())).bind("origin", job.origin()).bind("now", now)
                .bind("key", idempotencyKey == null ? null : idempotencyKey.key()).bind("hash", idempotencyKey == null ? null
                        : idempotencyKey.bodyHash())
                .bind("cost", job.cost() == null ? 0 : job.cost().seconds())
                .execute();
    }
}
