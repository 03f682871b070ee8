package org.praxino.server.engine;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Health of the server: what keeps it from working, and whether it should end. Thread-safe. */
public final class ServerHealth {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    /** How long the server waits for the database before it ends, so that its supervisor can act. */
    public static final Duration PATIENCE = Duration.ofMinutes(15);

    /** What work needs. */
    public enum Need {
        /** That the database answers. */
        DATABASE,
        /** That the states of jobs can be written down. */
        JOBS,
        /** Room for the files of jobs. */
        DISK
    }

    private record Problem(String sentence, long since) {}

    private final LongSupplier nanos;
    private final Duration patience;
    private final Map<Need, Problem> problems = new EnumMap<>(Need.class);
    private @Nullable String end;

    public ServerHealth() {
        this(System::nanoTime, PATIENCE);
    }

    /** @param patience how long a problem may last before {@link #end} names it */
    public ServerHealth(LongSupplier nanos, Duration patience) {
        this.nanos = nanos;
        this.patience = patience;
    }

    /** @param sentence for everyone: no addresses, no paths */
    public synchronized void fails(Need need, String sentence) {
        Problem before = problems.get(need);
        problems.put(need, new Problem(sentence, before == null ? nanos.getAsLong() : before.since));
        if (before == null) {
            LOG.error("not ready: {}", sentence);
        }
    }

    public synchronized void works(Need need) {
        Problem before = problems.remove(need);
        if (before != null) {
            LOG.info("recovered after {} s: {}", (nanos.getAsLong() - before.since) / 1_000_000_000, before.sentence);
        }
    }

    /** The server cannot continue at all. */
    public synchronized void endFor(String sentence) {
        if (end == null) {
            end = sentence;
            LOG.error("ending: {}", sentence);
        }
    }

    /** Why the server cannot work now; empty if it can. */
    public synchronized Optional<String> problem() {
        return end != null ? Optional.of(end) : problems.values().stream().findFirst().map(Problem::sentence);
    }

    /** Why the server should end; empty if it need not. */
    public synchronized Optional<String> end() {
        if (end != null) {
            return Optional.of(end);
        }
        return problems.values().stream().filter(p -> nanos.getAsLong() - p.since > patience.toNanos()).findFirst()
                .map(p -> p.sentence + ", for longer than " + patience.toMinutes() + " minutes");
    }
}
