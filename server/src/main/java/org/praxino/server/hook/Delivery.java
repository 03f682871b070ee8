package org.praxino.server.hook;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message to be delivered.
 *
 * @param id the same with every try, so that the receiver can tell repetitions
 * @param state {@code pending}, {@code delivered} or {@code given_up}
 * @param nextAt when the next try is due
 * @param log every try so far; empty when it was not asked for
 */
public record Delivery(
        String id, String job, String owner, String event, String url, String body, String state, int attempts, long nextAt, List<Attempt> log) {
    /** One try. @param status of the answer, or null when there was none; then {@code error} says why */
    public record Attempt(long at, @Nullable Integer status, @Nullable String error, long millis) {}
}
