package org.praxino.server.webhook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook message and its delivery state.
 *
 * @param id the same for every attempt, so that receivers can detect duplicates
 * @param state {@code pending}, {@code delivered} or {@code given_up}
 * @param nextAt when the next attempt is due
 * @param log attempts so far; empty if not requested
 */
public record WebhookDelivery(
        String id, String job, String owner, String event, String url, String body, String state, int attempts, long nextAt, List<Attempt> log) {
    /** One attempt. @param status of the response, or null if there was none; then {@code error} says why */
    public record Attempt(long at, @Nullable Integer status, @Nullable String error, long millis) {}
}
