package org.praxino.server.webhook;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.praxino.server.db.DatabaseFault;
import org.praxino.server.metrics.Metrics;
import org.praxino.server.outbound.SsrfGuard;
import org.praxino.server.webhook.WebhookDelivery.Attempt;
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

    /** Deliveries at the same time: of all, of one owner, to one URL. A slow receiver holds up only those that wait for it. */
    private static final int MAX_UNDER_WAY = 64;

    static final int PER_OWNER = 16;
    static final int PER_URL = 4;

    /** Deadline of one exchange. */
    private static final Duration EXCHANGE = Duration.ofSeconds(15);

    private static final long MAX_SLEEP_MILLIS = 5_000;
    private static final int LONGEST_ERROR = 500;

    private final WebhookStore store;
    private final WebhookSecrets secrets;
    private final WebhookClient client;
    private final List<Duration> retryDelays;
    private final Clock clock;
    private final Metrics metrics;
    private final Thread thread = Thread.ofPlatform().daemon().name("praxino-webhooks").unstarted(this::run);
    private final ExecutorService each = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().name("praxino-webhook-", 0).factory());

    /** Owners of the deliveries under way, by id. */
    private final Map<String, String> underWay = new HashMap<>();

    /** Retry times of deliveries whose last attempt could not be stored, by id. */
    private final Map<String, Long> heldBack = new HashMap<>();

    private boolean woken;
    private volatile boolean closed;

    public WebhookSender(WebhookStore store, WebhookSecrets secrets, SsrfGuard guard, List<Duration> pauses, Clock clock, Metrics metrics) {
        this(store, secrets, new WebhookClient(guard, EXCHANGE), pauses, clock, metrics);
    }

    WebhookSender(WebhookStore store, WebhookSecrets secrets, WebhookClient client, List<Duration> pauses, Clock clock, Metrics metrics) {
        this.store = store;
        this.secrets = secrets;
        this.client = client;
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
                if (startDue() == 0) {
                    sleepUntilDue();
                }
            } catch (InterruptedException e) {
                return;
            } catch (JdbiException e) {
                LOG.warn("webhooks wait: {}", DatabaseFault.reason(e));
                sleepAfterError();
            } catch (RuntimeException | Error e) { // the sender outlives whatever one delivery does to it
                LOG.error("webhooks", e);
                sleepAfterError();
            }
        }
    }

    /** Starts deliveries that are due, each on a thread of its own. @return how many */
    private int startDue() {
        Set<String> busy = busy(); // before the query: what ends during it would be made once more
        int started = 0;
        for (WebhookDelivery d : store.due(PER_URL, PER_OWNER + MAX_UNDER_WAY, MAX_UNDER_WAY * 4)) {
            if (!busy.contains(d.id()) && reserve(d)) {
                started++;
                each.execute(() -> deliver(d));
            }
        }
        return started;
    }

    private synchronized Set<String> busy() {
        return Set.copyOf(underWay.keySet());
    }

    private synchronized boolean reserve(WebhookDelivery d) {
        if (closed || underWay.size() >= MAX_UNDER_WAY || underWay.containsKey(d.id()) || heldBack.getOrDefault(d.id(), 0L) > clock.millis()
                || underWay.values().stream().filter(d.owner()::equals).count() >= PER_OWNER) {
            return false;
        }
        underWay.put(d.id(), d.owner());
        return true;
    }

    private synchronized void release(WebhookDelivery d, boolean recorded) {
        underWay.remove(d.id());
        if (recorded) {
            heldBack.remove(d.id());
        } else {
            heldBack.put(d.id(), clock.millis() + retryDelays.stream().findFirst().orElse(Duration.ofMillis(MAX_SLEEP_MILLIS)).toMillis());
        }
        wake();
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
            // due deliveries wait for a slot; releasing one notifies this thread
            long sleep = next == null ? MAX_SLEEP_MILLIS : Math.clamp(next - clock.millis(), 1, MAX_SLEEP_MILLIS);
            sleep = Math.min(sleep, heldBack.values().stream().mapToLong(at -> Math.max(1, at - clock.millis())).min().orElse(sleep));
            if (!woken && !closed) {
                wait(sleep);
            }
            woken = false;
        }
    }

    private void deliver(WebhookDelivery d) {
        boolean recorded = false;
        try {
            attempt(d);
            recorded = true;
        } catch (RuntimeException | Error e) { // of the database: the try cannot be written down
            LOG.warn("an attempt of webhook {} could not be recorded: {}", d.id(), DatabaseFault.reason(e));
        } finally {
            release(d, recorded);
        }
    }

    private void attempt(WebhookDelivery d) {
        long at = clock.millis();
        long begun = System.nanoTime();
        Integer status = null;
        String error = null;
        try {
            status = client.send(URI.create(d.url()), headers(d, at / 1000), d.body());
        } catch (UserException e) {
            error = e.getMessage();
        } catch (Exception | Error e) { // whatever it is, it is a failed try, and tries end
            error = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        }
        if (closed && status == null) {
            return; // broken off by us: made after the next start
        }
        String shortened = error == null || error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR);
        var attempt = new Attempt(at, status, shortened, (System.nanoTime() - begun) / 1_000_000);
        boolean delivered = status != null && status >= 200 && status < 300;
        boolean gone = status != null && status == 410; // 410 Gone: the receiver unsubscribes
        boolean last = d.attempts() >= retryDelays.size();
        String state = delivered ? "delivered" : gone || last ? "given_up" : "pending";
        long next = state.equals("pending") ? clock.millis() + retryDelays.get(d.attempts()).toMillis() : at;
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

    /** Stops. Deliveries under way get two seconds to end; what is broken off is made after the next start. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            each.shutdown();
            if (!each.awaitTermination(2, TimeUnit.SECONDS)) {
                client.close();
                each.awaitTermination(5, TimeUnit.SECONDS);
            }
            client.close();
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
