package org.praxino.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import org.praxino.tensor.Backend;

/** Prometheus metrics. Thread-safe. */
public final class Metrics {
    private static final Duration[] DURATION_BUCKETS = {
        Duration.ofMillis(10), Duration.ofMillis(40), Duration.ofMillis(160), Duration.ofMillis(640), Duration.ofMillis(2560),
        Duration.ofMillis(10_240), Duration.ofMillis(40_960), Duration.ofMillis(163_840)
    };

    /** Buckets for display latencies. */
    private static final Duration[] LATENCY_BUCKETS = {
        Duration.ofMillis(50), Duration.ofMillis(100), Duration.ofMillis(200), Duration.ofMillis(300), Duration.ofMillis(500), Duration.ofMillis(750),
        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10)
    };

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicReference<Double> live = new AtomicReference<>(Double.NaN);
    private final AtomicReference<Double> drift = new AtomicReference<>(Double.NaN);
    private final AtomicReference<Double> realtime = new AtomicReference<>(Double.NaN);

    public Metrics() {
        gauge("praxino_live_realtime_factor", "Seconds of video per second of computation, last block of a live session", () -> live.get());
        gauge("praxino_drift_score", "Drift of the last block of a live session", () -> drift.get());
        gauge("praxino_realtime_factor", "Seconds of video per second of computation, last job", () -> realtime.get());
        Gauge.builder("praxino_device_memory_bytes", () -> (double) Backend.residentBytes()).tag("kind", "resident")
                .description("Memory of the process").register(registry);
        Gauge.builder("praxino_device_memory_bytes", () -> (double) Backend.availableBytes()).tag("kind", "available")
                .description("Memory of the process").register(registry);
    }

    /** The metrics in Prometheus text format. */
    public String scrape() {
        return registry.scrape();
    }

    public void gauge(String name, String help, DoubleSupplier value) {
        Gauge.builder(name, value::getAsDouble).description(help).register(registry);
    }

    /**
     * @param route the pattern, never the path itself
     * @param model of the request; empty for none
     */
    public void request(String route, String model, int status, Duration took) {
        Counter.builder("praxino_requests_total").tag("route", route).tag("model", model).tag("outcome", outcome(status)).register(registry)
                .increment();
        timer("praxino_request_duration_seconds", "route", route).record(took);
        FlightEvents.request(route, model, status, took);
    }

    private static String outcome(int status) {
        return status < 400 ? "ok" : status < 500 ? "refused" : "failed";
    }

    public void waited(Duration wait) {
        timer("praxino_queue_wait_seconds", "kind", "batch").record(wait);
        FlightEvents.queueWait(wait);
    }

    public void step(Duration took) {
        timer("praxino_denoise_step_duration_seconds", "kind", "batch").record(took);
        FlightEvents.denoiseStep(took);
    }

    /** A job has ended. */
    public void job(String model, String outcome) {
        Counter.builder("praxino_jobs_total").tag("model", model).tag("outcome", outcome).register(registry).increment();
        FlightEvents.job(model, outcome);
    }

    public void jobFinished(String model, int frames, double videoSeconds, double seconds) {
        Counter.builder("praxino_frames_total").tag("model", model).register(registry).increment(frames);
        realtime.set(videoSeconds / Math.max(1e-9, seconds));
    }

    public void memoryRejection() {
        Counter.builder("praxino_preflight_rejections_total").tag("reason", "memory").register(registry).increment();
    }

    /** A job failed because of an allocation, and the server continued. */
    public void outOfMemory() {
        Counter.builder("praxino_oom_recoveries_total").register(registry).increment();
    }

    public void sent(String format, long bytes) {
        Counter.builder("praxino_transport_bytes_total").tag("format", format).register(registry).increment(bytes);
    }

    public void webhook(String outcome) {
        Counter.builder("praxino_webhook_deliveries_total").tag("outcome", outcome).register(registry).increment();
    }

    // ------------------------------------------------------------------ live sessions

    public void sessions(String state, DoubleSupplier count) {
        Gauge.builder("praxino_sessions", count::getAsDouble).tag("state", state).description("Live sessions").register(registry);
    }

    /** @param bytes of all KV caches */
    public void caches(DoubleSupplier bytes) {
        Gauge.builder("praxino_kv_cache_bytes", bytes::getAsDouble).tag("session_class", "live").description("Caches of live sessions")
                .register(registry);
    }

    /** Time from opening a session to sending its first frame. */
    public void firstFrame(long nanos) {
        latencyTimer("praxino_time_to_first_frame_seconds").record(Duration.ofNanos(nanos));
    }

    /**
     * A block of a live session was generated.
     *
     * @param session its id
     * @param factor seconds of video per second of computation
     */
    public void block(String model, String session, long block, double makeMillis, double decodeMillis, int frames, double factor,
            double driftScore) {
        timer("praxino_block_duration_seconds", "stage", "make").record(Duration.ofNanos((long) (makeMillis * 1e6)));
        timer("praxino_block_duration_seconds", "stage", "decode").record(Duration.ofNanos((long) (decodeMillis * 1e6)));
        Counter.builder("praxino_frames_total").tag("model", model).register(registry).increment(frames);
        live.set(factor);
        drift.set(driftScore);
        FlightEvents.block(model, session, block, (long) (makeMillis * 1e6), (long) (decodeMillis * 1e6), frames, driftScore);
    }

    /** Time from sending a frame until the client displays it. */
    public void displayLag(double nanos) {
        latencyTimer("praxino_display_lag_seconds").record(Duration.ofNanos((long) nanos));
    }

    /** Time from receiving an update until the client displays its first frame. */
    public void updateVisible(long nanos) {
        latencyTimer("praxino_update_to_visible_seconds").record(Duration.ofNanos(nanos));
        FlightEvents.update(nanos);
    }

    public void dropped(String reason, int frames) {
        if (frames > 0) {
            Counter.builder("praxino_frames_dropped_total").tag("reason", reason).register(registry).increment(frames);
        }
    }

    private Timer latencyTimer(String name) {
        return Timer.builder(name).tag("kind", "live").serviceLevelObjectives(LATENCY_BUCKETS).register(registry);
    }

    private Timer timer(String name, String tag, String value) {
        return Timer.builder(name).tag(tag, value).serviceLevelObjectives(DURATION_BUCKETS).register(registry);
    }
}
