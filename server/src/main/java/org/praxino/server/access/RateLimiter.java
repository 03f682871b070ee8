package org.praxino.server.access;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** A token bucket per caller: a number of requests per minute, with a burst of the same size. Thread-safe. */
public final class RateLimiter {
    private static final double NANOS_PER_MINUTE = 60e9;

    /** All buckets are reset beyond this number of callers, which can only be generous. */
    private static final int MAX_CALLERS = 10_000;

    private static final class Bucket {
        double tokens;
        long at;
    }

    private final Map<String, Bucket> buckets = new HashMap<>();
    private final LongSupplier nanos;

    public RateLimiter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** @return 0 if the request is allowed, otherwise seconds until the next attempt */
    public synchronized int acquire(String caller, int perMinute) {
        if (buckets.size() > MAX_CALLERS) {
            buckets.clear();
        }
        long now = nanos.getAsLong();
        Bucket bucket = buckets.computeIfAbsent(caller, c -> {
            var fresh = new Bucket();
            fresh.tokens = perMinute;
            fresh.at = now;
            return fresh;
        });
        double perNano = perMinute / NANOS_PER_MINUTE;
        bucket.tokens = Math.min(perMinute, bucket.tokens + (now - bucket.at) * perNano);
        bucket.at = now;
        if (bucket.tokens >= 1) {
            bucket.tokens--;
            return 0;
        }
        return (int) Math.max(1, Math.ceil((1 - bucket.tokens) / perNano / 1e9));
    }
}
