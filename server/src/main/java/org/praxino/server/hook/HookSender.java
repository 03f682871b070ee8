package org.praxino.server.hook;

import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executors;
import org.praxino.server.hook.Delivery.Attempt;
import org.praxino.server.metrics.Metrics;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers what the store holds, again and again at growing distances, until it is taken or given up. */
public final class HookSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** Pauses after a try that failed; after the last the delivery is given up. About 31 hours in all. */
    public static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(10), Duration.ofHours(1),
            Duration.ofHours(6), Duration.ofHours(24));

    private static final int AT_ONCE = 20;
    private static final long LONGEST_SLEEP = 5_000;

    private final HookStore store;
    private final HookSecrets secrets;
    private final AddressGuard guard;
    private final List<Duration> pauses;
    private final Clock clock;
    private final Metrics metrics;
    private final Thread thread = Thread.ofPlatform().daemon().name("praxino-webhooks").unstarted(this::run);
    private boolean news;
    private volatile boolean closed;

    public HookSender(HookStore store, HookSecrets secrets, AddressGuard guard, List<Duration> pauses, Clock clock, Metrics metrics) {
        this.store = store;
        this.secrets = secrets;
        this.guard = guard;
        this.pauses = List.copyOf(pauses);
        this.clock = clock;
        this.metrics = metrics;
    }

    public void start() {
        thread.start();
    }

    /** There may be something to send. */
    public synchronized void wake() {
        news = true;
        notifyAll();
    }

    private void run() {
        while (!closed) {
            try {
                List<Delivery> due = store.due(AT_ONCE);
                try (var each = Executors.newVirtualThreadPerTaskExecutor()) { // a slow receiver holds up twenty others at most, and not for long
                    due.forEach(d -> each.submit(() -> deliver(d)));
                }
                if (due.isEmpty()) {
                    rest();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("webhooks", e);
                pause();
            }
        }
    }

    private synchronized void pause() {
        try {
            wait(LONGEST_SLEEP);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void rest() throws InterruptedException {
        Long next = store.nextAt();
        synchronized (this) {
            long sleep = next == null ? LONGEST_SLEEP : Math.clamp(next - clock.millis(), 1, LONGEST_SLEEP);
            if (!news && !closed) {
                wait(sleep);
            }
            news = false;
        }
    }

    private void deliver(Delivery d) {
        if (closed) {
            return;
        }
        try {
            attempt(d);
        } catch (RuntimeException e) {
            LOG.error("webhook {}", d.id(), e);
        }
    }

    private void attempt(Delivery d) {
        long at = clock.millis();
        long begun = System.nanoTime();
        Integer status = null;
        String error = null;
        try {
            status = GuardedPost.send(URI.create(d.url()), guard, headers(d, at / 1000), d.body());
        } catch (UserException e) {
            error = e.getMessage();
        } catch (IOException e) {
            error = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
        var attempt = new Attempt(at, status, error, (System.nanoTime() - begun) / 1_000_000);
        boolean taken = status != null && status >= 200 && status < 300;
        boolean unwanted = status != null && status == 410; // "Gone": the receiver wants no more of it
        boolean last = d.attempts() >= pauses.size();
        String state = taken ? "delivered" : unwanted || last ? "given_up" : "pending";
        long next = state.equals("pending") ? at + pauses.get(d.attempts()).toMillis() : at;
        store.tried(d, attempt, state, next);
        metrics.webhook(taken ? "delivered" : state.equals("given_up") ? "given_up" : "retried");
    }

    private LinkedHashMap<String, String> headers(Delivery d, long timestamp) {
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
