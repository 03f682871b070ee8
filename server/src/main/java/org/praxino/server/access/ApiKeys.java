package org.praxino.server.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Sha256;
import org.praxino.tensor.UserException;

/** The table of API keys. A key is {@code pxk_ID_SECRET}; only the SHA-256 of its 256-bit random secret is stored. */
public final class ApiKeys {
    private static final String PREFIX = "pxk_";

    private static final String NO_HASH = "0".repeat(64);

    private final Jdbi jdbi;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /** A stored key. @param perDay maximum seconds of video per day, or null for unlimited */
    public record ApiKey(String id, String name, Set<KeyScope> scopes, int maxJobs, int perMinute, @Nullable Integer dailySeconds,
            long created, @Nullable Long revoked) {
        Caller caller() {
            return new Caller(id, scopes, maxJobs, perMinute, dailySeconds);
        }
    }

    /** A new key with its text, which cannot be retrieved again. */
    public record Issued(ApiKey key, String text) {}

    public ApiKeys(Jdbi jdbi, Clock clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    public Issued add(String name, Set<KeyScope> scopes, int maxJobs, int perMinute) {
        return add(name, scopes, maxJobs, perMinute, null);
    }

    /** @param dailySeconds maximum seconds of video per day, or null for unlimited */
    public Issued add(String name, Set<KeyScope> scopes, int maxJobs, int perMinute, @Nullable Integer dailySeconds) {
        if (name.isBlank() || name.length() > 100) {
            throw new UserException("a key needs a name of 1 to 100 characters");
        }
        if (scopes.isEmpty() || maxJobs < 1 || perMinute < 1 || dailySeconds != null && dailySeconds < 1) {
            throw new UserException("a key needs a scope, and limits of at least 1");
        }
        String id = HexFormat.of().formatHex(bytes(6));
        String text = PREFIX + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(32));
        var key = new ApiKey(id, name, scopes, maxJobs, perMinute, dailySeconds, clock.millis(), null);
        jdbi.useHandle(h -> h.createUpdate("INSERT INTO api_keys (id, name, hash, scopes, max_jobs, per_minute, day_seconds, created_at) "
                        + "VALUES (:id, :name, :hash, :scopes, :jobs, :minute, :day, :now)")
                .bind("id", id).bind("name", name).bind("hash", Sha256.ofText(text)).bind("scopes", KeyScope.text(scopes))
                .bind("jobs", maxJobs).bind("minute", perMinute).bind("day", dailySeconds).bind("now", key.created()).execute());
        return new Issued(key, text);
    }

    private byte[] bytes(int n) {
        var b = new byte[n];
        random.nextBytes(b);
        return b;
    }

    /** The caller for a key; empty if it is unknown or revoked. */
    public Optional<Caller> find(String text) {
        String[] parts = text.split("_", 3);
        if (!text.startsWith(PREFIX) || parts.length != 3) {
            return Optional.empty();
        }
        record Row(ApiKey key, String hash) {}
        byte[] given = ascii(Sha256.ofText(text));
        Optional<Row> row = jdbi.withHandle(h -> h.createQuery("SELECT * FROM api_keys WHERE id = :id AND revoked_at IS NULL").bind("id", parts[1])
                .map((rs, ctx) -> new Row(key(rs), rs.getString("hash"))).findOne());
        boolean right = MessageDigest.isEqual(ascii(row.map(r -> r.hash).orElse(NO_HASH)), given); // constant time: unknown ids take as long
        return right ? row.map(r -> r.key.caller()) : Optional.empty();
    }

    /** Whether the key exists and is not revoked. */
    boolean isActive(String id) {
        return jdbi.withHandle(h -> h.createQuery("SELECT 1 FROM api_keys WHERE id = :id AND revoked_at IS NULL").bind("id", id)
                .mapTo(Integer.class).findOne().isPresent());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    public List<ApiKey> all() {
        return jdbi.withHandle(h -> h.createQuery("SELECT * FROM api_keys ORDER BY seq").map((rs, ctx) -> key(rs)).list());
    }

    /** Whether a key was ever created: from then on a key is required, even if all are revoked. */
    public boolean anyExist() {
        return jdbi.withHandle(h -> h.createQuery("SELECT 1 FROM api_keys LIMIT 1").mapTo(Integer.class).findOne().isPresent());
    }

    /** @return false when there is no such key, or it was revoked before */
    public boolean revoke(String id) {
        return jdbi.withHandle(h -> h.createUpdate("UPDATE api_keys SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
                .bind("now", clock.millis()).bind("id", id).execute() > 0);
    }

    private static ApiKey key(ResultSet rs) throws SQLException {
        long revoked = rs.getLong("revoked_at");
        Long when = rs.wasNull() ? null : revoked;
        int seconds = rs.getInt("day_seconds");
        Integer dailySeconds = rs.wasNull() ? null : seconds;
        return new ApiKey(rs.getString("id"), rs.getString("name"), KeyScope.parse(rs.getString("scopes")), rs.getInt("max_jobs"),
                rs.getInt("per_minute"), dailySeconds, rs.getLong("created_at"), when);
    }
}
