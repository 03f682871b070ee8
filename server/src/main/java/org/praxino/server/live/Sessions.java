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
 * The sessions that are in memory, each in a place of its own, and what is left of those that are over. One whose client stays away goes on the
 * shelf and gives its place back. For any threads; who holds a session's monitor can be sure that it is not let go of meanwhile.
 */
final class Sessions {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long TIDY_MILLIS = 10_000;
    private static final long PARK_SECONDS = 60;
    private static final int MOST_REMEMBERED = 8;

    /** A session that is over, and can still be saved. */
    record Past(Identity identity, Recorder recorder, String prompt, long until) {}

    private final LiveSettings settings;
    private final boolean badge;
    private final Shelf shelf;
    private final Names names;
    private final Places places;
    private final Map<String, LiveSession> byToken = new ConcurrentHashMap<>();
    private final Set<LiveSession> leaving = ConcurrentHashMap.newKeySet();
    private final Map<String, Past> past = new ConcurrentHashMap<>();
    private long tidied; // on the thread that looks

    /** @param badge whether every frame is marked visibly as generated */
    Sessions(LiveSettings settings, boolean badge, Shelf shelf, Names names) {
        this.settings = settings;
        this.badge = badge;
        this.shelf = shelf;
        this.names = names;
        this.places = new Places(settings.sessions(), System::nanoTime);
    }

    // ------------------------------------------------------------------ who is there

    Places places() {
        return places;
    }

    /** Takes a place for somebody, or a place in the line; a session whose client is away gives way. */
    void ask(Places.InLine one) {
        places.ask(one);
        if (places.waiting() > 0) {
            byToken.values().stream().filter(s -> s.awaySince() != 0 && !leaving.contains(s)).min(Comparator.comparingLong(LiveSession::awaySince))
                    .ifPresent(this::letGo);
        }
    }

    /** Begins a session whose place was taken. */
    LiveSession enter(LiveSession session) {
        byToken.put(Shelf.digest(session.identity().token()), session);
        session.start(badge);
        return session;
    }

    Collection<LiveSession> all() {
        return byToken.values();
    }

    /** How many of a caller's sessions have a client. */
    long connected(Caller caller) {
        return byToken.values().stream().filter(s -> s.identity().owner().equals(caller.id()) && s.awaySince() == 0).count();
    }

    /** The caller's session that a token stands for. */
    Optional<LiveSession> find(String token, Caller caller) {
        return Optional.ofNullable(byToken.get(Shelf.digest(token))).filter(s -> s.identity().owner().equals(caller.id()));
    }

    /** The caller's session of that id. */
    Optional<LiveSession> named(String id, Caller caller) {
        return byToken.values().stream().filter(s -> s.identity().id().equals(id) && s.identity().owner().equals(caller.id())).findFirst();
    }

    /** Whether a session is still the one that its token stands for; under its monitor it then stays so. */
    boolean stands(LiveSession session) {
        return byToken.get(Shelf.digest(session.identity().token())) == session;
    }

    /** Keeps a snapshot that was asked for. */
    void snapshot(LiveSession session, BiConsumer<Path, AppliedUpdate> then, Consumer<LiveError> refused) {
        String id = names.snapshot();
        Path file = shelf.snapshotFile(id);
        session.steering().snapshot(file, next -> shelf.keepSnapshot(Shelf.Facts.of(session, id, "", next, Long.MAX_VALUE))).whenComplete((at, problem) -> {
            if (at != null) {
                then.accept(file, at);
            } else {
                refused.accept(Breaks.asked(problem));
            }
        });
    }

    // ------------------------------------------------------------------ ends

    /** Ends a session for good; what was sent can still be saved for a while. */
    void stop(LiveSession session) {
        if (byToken.remove(Shelf.digest(session.identity().token()), session)) {
            remember(session);
            session.close();
            places.free();
        }
    }

    private void remember(LiveSession session) {
        if (!session.recorder().isEmpty()) {
            Identity i = session.identity();
            past.put(i.id(), new Past(i, session.recorder(), session.promptAt(session.next()), System.currentTimeMillis() + settings.kept().toMillis()));
            while (past.size() > MOST_REMEMBERED) {
                past.values().stream().min(Comparator.comparingLong(Past::until)).ifPresent(p -> past.remove(p.identity.id()));
            }
        }
    }

    /** What is remembered of a session that is over. */
    Optional<Past> past(String id) {
        return Optional.ofNullable(past.get(id));
    }

    /** What was sent of a session that goes on from disk, if that is remembered. */
    Optional<Recorder> recall(String id) {
        return Optional.ofNullable(past.remove(id)).map(Past::recorder);
    }

    /** Puts a session whose client is away on the shelf, and gives its memory back. */
    void park(LiveSession session) {
        synchronized (session) {
            if (!stands(session) || session.awaySince() == 0) {
                return; // its client is back
            }
            String digest = Shelf.digest(session.identity().token());
            if (!session.follows() && !session.broken()) {
                try {
                    long until = System.currentTimeMillis() + settings.kept().toMillis();
                    session.steering().snapshot(shelf.sessionFile(digest),
                            next -> shelf.keep(Shelf.Facts.of(session, session.identity().id(), digest, next, until))).get(PARK_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (Exception e) {
                    LOG.warn("live session {} could not be kept: {}", session.identity().id(), e.getMessage());
                }
            }
            stop(session);
        }
    }

    /** In a thread of its own, unless one is at it: writing a large session down takes longer than until the next look. */
    private void letGo(LiveSession session) {
        if (!leaving.add(session)) {
            return;
        }
        Thread.startVirtualThread(() -> {
            try {
                if (session.broken()) {
                    stop(session);
                } else {
                    park(session);
                }
            } finally {
                leaving.remove(session);
            }
        });
    }

    /** From time to time, by one thread: lets go of what broke and of what has had its time. @param now by {@link System#nanoTime} */
    void look(long now) {
        for (LiveSession session : byToken.values()) {
            long away = session.awaySince();
            if (session.broken() || away != 0 && now - away > settings.away().toNanos()) {
                letGo(session);
            }
        }
        long millis = System.currentTimeMillis();
        past.values().removeIf(p -> p.until < millis);
        if (millis - tidied > TIDY_MILLIS) {
            tidied = millis;
            shelf.tidy(millis);
        }
    }
}
