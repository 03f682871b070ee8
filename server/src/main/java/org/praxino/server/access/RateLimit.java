package org.praxino.server.access;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** So many requests a minute for each caller, with room for a burst of as many. Used from any thread. */
public final class RateLimit {
    private static final double NANOS_A_MINUTE = 60e9;

    /** More callers than this are forgotten; forgetting only ever gives someone more. */
    private static final int MOST_CALLERS = 10_000;

    private static final class Bucket {
        double tokens;
        long at;
    }

    private final Map<String, Bucket> buckets = new HashMap<>();
    private final LongSupplier nanos;

    public RateLimit(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return 0 when the request may go on, otherwise after how many seconds it may be tried again */
    public synchronized int take(String caller, int perMinute) {
        if (buckets.size() > MOST_CALLERS) {
            buckets.clear();
        }
        long now = nanos.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(caller, c -> {
            var fresh = new Bucket();
            fresh.tokens = perMinute;
            fresh.at = now;
            return fresh;
        });
        double perNano = perMinute / NANOS_A_MINUTE;
        bucket.tokens = Math.min(perMinute, bucket.tokens + (now - bucket.at) * perNano);
        bucket.at = now;
        if (bucket.tokens >= 1) {
            bucket.tokens--;
            return 0;
        }
        return (int) Math.max(1, Math.ceil((1 - bucket.tokens) / perNano / 1e9));
    }
}
