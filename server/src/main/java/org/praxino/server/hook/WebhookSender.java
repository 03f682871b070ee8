package org.praxino.server.hook;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executors;
import org.praxino.server.hook.WebhookDelivery.Attempt;
import org.praxino.server.metrics.Metrics;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers webhooks from the store, with retries and exponential backoff. */
public final class WebhookSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** Delays after failed attempts, about 31 hours in total; then delivery is abandoned. */
    public static final List<Duration> RETRY_DELAYS = List.of(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofHours(1),
            Duration.ofHours(6), Duration.ofHours(24));

    private static final int BATCH_SIZE = 20;
    private static final long MAX_SLEEP_MILLIS = 5_000;

    private final WebhookStore store;
    private final WebhookSecrets secrets;
    private final SsrfGuard guard;
    private final List<Duration> retryDelays;
    private final Clock clock;
    private final Metrics metrics;
    private final Thread thread = Thread.ofPlatform().daemon().name("praxino-webhooks").unstarted(this::run);
    private boolean woken;
    private volatile boolean closed;

    public WebhookSender(WebhookStore store, WebhookSecrets secrets, SsrfGuard guard, List<Duration> pauses, Clock clock, Metrics metrics) {
        this.store = store;
        this.secrets = secrets;
        this.guard = guard;
        this.retryDelays = List.copyOf(pauses);
        this.clock = clock;
        this.metrics = metrics;
    }

    public void start() {
        thread.start();
    }

    /** Wakes the sender up. */
    public synchronized void wake() {
        woken = true;
        notifyAll();
    }

    private void run() {
        while (!closed) {
            try {
                List<WebhookDelivery> due = store.due(BATCH_SIZE);
                try (var each = Executors.newVirtualThreadPerTaskExecutor()) { // a slow receiver delays only this batch
                    due.forEach(d -> each.submit(() -> deliver(d)));
                }
                if (due.isEmpty()) {
                    sleepUntilDue();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("webhooks", e);
                sleepAfterError();
            }
        }
    }

    private synchronized void sleepAfterError() {
        try {
            wait(MAX_SLEEP_MILLIS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void sleepUntilDue() throws InterruptedException {
        Long next = store.nextAt();
        synchronized (this) {
            long sleep = next == null ? MAX_SLEEP_MILLIS : Math.clamp(next - clock.millis(), 1, MAX_SLEEP_MILLIS);
            if (!woken && !closed) {
                wait(sleep);
            }
            woken = false;
        }
    }

    private void deliver(WebhookDelivery d) {
        if (closed) {
            return;
        }
        try {
            attempt(d);
        } catch (RuntimeException e) {
            LOG.error("webhook {}", d.id(), e);
        }
    }

    private void attempt(WebhookDelivery d) {
        long at = clock.millis();
        long begun = System.nanoTime();
        Integer status = null;
        String error = null;
        try {
            status = WebhookClient.send(URI.create(d.url()), guard, headers(d, at / 1000), d.body());
        } catch (UserException e) {
            error = e.getMessage();
        } catch (IOException e) {
            error = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
        var attempt = new Attempt(at, status, error, (System.nanoTime() - begun) / 1_000_000);
        boolean delivered = status != null && status >= 200 && status < 300;
        boolean gone = status != null && status == 410; // 410 Gone: the receiver unsubscribes
        boolean last = d.attempts() >= retryDelays.size();
        String state = delivered ? "delivered" : gone || last ? "given_up" : "pending";
        long next = state.equals("pending") ? at + retryDelays.get(d.attempts()).toMillis() : at;
        store.recordAttempt(d, attempt, state, next);
        metrics.webhook(delivered ? "delivered" : state.equals("given_up") ? "given_up" : "retried");
    }

    private LinkedHashMap<String, String> headers(WebhookDelivery d, long timestamp) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("webhook-id", d.id());
        headers.put("webhook-timestamp", String.valueOf(timestamp));
        headers.put("webhook-signature", secrets.sign(d.owner(), d.id(), timestamp, d.body()));
        return headers;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join(15_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
