package org.praxino.server.live;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.praxino.server.access.Caller;
import org.praxino.stream.AppliedUpdate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions in memory, each in a slot, and recordings of ended ones. A session whose client stays disconnected is suspended to disk and
 * releases its slot. Thread-safe; a session is not evicted while its monitor is held.
 */
final class SessionManager {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long CLEANUP_MILLIS = 10_000;
    private static final long SAVE_SECONDS = 60;
    private static final int MAX_ENDED = 8;

    /** An ended session whose recording is still available. */
    record EndedSession(SessionProperties properties, RecordingBuffer recording, String prompt, long until) {}

    private final LiveSettings settings;
    private final boolean badge;
    private final SnapshotStore snapshots;
    private final IdGenerator ids;
    private final SessionSlots slots;
    private final Map<String, LiveSession> byToken = new ConcurrentHashMap<>();
    private final Set<LiveSession> evicting = ConcurrentHashMap.newKeySet();
    private final Map<String, EndedSession> ended = new ConcurrentHashMap<>();
    private long cleanedUp; // on the timer's thread

    /** @param badge whether every frame gets a visible badge */
    SessionManager(LiveSettings settings, boolean badge, SnapshotStore snapshots, IdGenerator ids) {
        this.settings = settings;
        this.badge = badge;
        this.snapshots = snapshots;
        this.ids = ids;
        this.slots = new SessionSlots(settings.sessions(), System::nanoTime);
    }

    // ------------------------------------------------------------------ lookup

    SessionSlots slots() {
        return slots;
    }

    /** Requests a slot. If none is free, a session without a client is evicted. */
    void request(SessionSlots.Waiter waiter) {
        slots.request(waiter);
        if (slots.waiting() > 0) {
            byToken.values().stream().filter(s -> s.disconnectedSince() != 0 && !evicting.contains(s))
                    .min(Comparator.comparingLong(LiveSession::disconnectedSince))
                    .ifPresent(this::evict);
        }
    }

    /** Adds and starts a session whose slot was acquired. */
    LiveSession add(LiveSession session) {
        byToken.put(SnapshotStore.digest(session.properties().token()), session);
        session.start(badge);
        return session;
    }

    Collection<LiveSession> all() {
        return byToken.values();
    }

    /** The number of a caller's connected sessions. */
    long connected(Caller caller) {
        return byToken.values().stream().filter(s -> s.properties().owner().equals(caller.id()) && s.disconnectedSince() == 0).count();
    }

    /** The caller's session with a resume token. */
    Optional<LiveSession> find(String token, Caller caller) {
        return Optional.ofNullable(byToken.get(SnapshotStore.digest(token))).filter(s -> s.properties().owner().equals(caller.id()));
    }

    /** The caller's session with an id. */
    Optional<LiveSession> findById(String id, Caller caller) {
        return byToken.values().stream().filter(s -> s.properties().id().equals(id) && s.properties().owner().equals(caller.id())).findFirst();
    }

    /** Whether a session is still in memory; stays true while its monitor is held. */
    boolean isCurrent(LiveSession session) {
        return byToken.get(SnapshotStore.digest(session.properties().token())) == session;
    }

    /** Saves a snapshot for a client. */
    void snapshot(LiveSession session, BiConsumer<Path, AppliedUpdate> then, Consumer<LiveError> failed) {
        String id = ids.snapshot();
        Path file = snapshots.snapshotFile(id);
        session.commands().snapshot(file, next -> snapshots.saveSnapshot(SnapshotStore.Metadata.of(session, id, "", next, Long.MAX_VALUE)))
                .whenComplete((at, error) -> {
            if (at != null) {
                then.accept(file, at);
            } else {
                failed.accept(LiveErrors.ofRequest(error));
            }
        });
    }

    // ------------------------------------------------------------------ end

    /** Ends a session; its recording stays available for a while. */
    void stop(LiveSession session) {
        if (byToken.remove(SnapshotStore.digest(session.properties().token()), session)) {
            keepRecording(session);
            session.close();
            slots.release();
        }
    }

    private void keepRecording(LiveSession session) {
        if (!session.recording().isEmpty()) {
            SessionProperties i = session.properties();
            ended.put(i.id(), new EndedSession(i, session.recording(), session.promptAt(session.nextFrame()), System.currentTimeMillis()
                    + settings.retention().toMillis()));
            while (ended.size() > MAX_ENDED) {
                ended.values().stream().min(Comparator.comparingLong(EndedSession::until)).ifPresent(p -> ended.remove(p.properties.id()));
            }
        }
    }

    /** An ended session. */
    Optional<EndedSession> ended(String id) {
        return Optional.ofNullable(ended.get(id));
    }

    /** The recording of a session that is resumed from disk, if still available. */
    Optional<RecordingBuffer> takeRecording(String id) {
        return Optional.ofNullable(ended.remove(id)).map(EndedSession::recording);
    }

    /** Suspends a session without a client to disk and frees its memory. */
    void suspend(LiveSession session) {
        synchronized (session) {
            if (!isCurrent(session) || session.disconnectedSince() == 0) {
                return; // its client has reconnected
            }
            String digest = SnapshotStore.digest(session.properties().token());
            if (!session.hasInput() && !session.hasFailed()) {
                try {
                    long until = System.currentTimeMillis() + settings.retention().toMillis();
                    session.commands().snapshot(snapshots.sessionFile(digest),
                            next -> snapshots.saveSession(SnapshotStore.Metadata.of(session, session.properties().id(), digest, next,
                                    until))).get(SAVE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (Exception e) {
                    LOG.warn("live session {} could not be saved: {}", session.properties().id(), e.getMessage());
                }
            }
            stop(session);
        }
    }

    /** Evicts a session on a separate thread, since saving may take longer than the check interval. */
    private void evict(LiveSession session) {
        if (!evicting.add(session)) {
            return;
        }
        Thread.startVirtualThread(() -> {
            try {
                if (session.hasFailed()) {
                    stop(session);
                } else {
                    suspend(session);
                }
            } finally {
                evicting.remove(session);
            }
        });
    }

    /** Periodic check: evicts failed and expired sessions. @param now by {@link System#nanoTime} */
    void runChecks(long now) {
        for (LiveSession session : byToken.values()) {
            long away = session.disconnectedSince();
            if (session.hasFailed() || away != 0 && now - away > settings.reconnectTimeout().toNanos()) {
                evict(session);
            }
        }
        long millis = System.currentTimeMillis();
        ended.values().removeIf(p -> p.until < millis);
        if (millis - cleanedUp > CLEANUP_MILLIS) {
            cleanedUp = millis;
            snapshots.deleteExpired(millis);
        }
    }
}
