package org.praxino.server.live;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.server.access.Caller;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.engine.Models;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.Applied;
import org.praxino.stream.PushedFrames;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoSource;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All live sessions: opens them, finds them again, keeps those whose client went away, and lets go of what has had its time. */
public final class Hall implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long LOOK_MILLIS = 200;
    private static final long TIDY_MILLIS = 10_000;
    private static final long PARK_SECONDS = 60;
    private static final int MOST_REMEMBERED = 8;

    /** A session that is over, and can still be saved. */
    private record Past(Identity identity, Recorder recorder, String prompt, long until) {}

    private final Models models;
    private final PromptFilter filter;
    private final Metrics metrics;
    private final LiveSettings settings;
    private final boolean badge;
    private final Shelf shelf;
    private final Path temporary;
    private final Places places;
    private final Map<String, LiveSession> byToken = new ConcurrentHashMap<>();
    private final Set<LiveSession> leaving = ConcurrentHashMap.newKeySet();
    private final Map<String, Past> past = new ConcurrentHashMap<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-live-timer").factory());
    private long tidied; // on the timer's thread
    private volatile boolean stopping;

    /** @param badge whether every frame is marked visibly as generated @param data the server's folder */
    public Hall(Models models, PromptFilter filter, Metrics metrics, LiveSettings settings, boolean badge, Path data) {
        this.models = models;
        this.filter = filter;
        this.metrics = metrics;
        this.settings = settings;
        this.badge = badge;
        this.shelf = new Shelf(data.resolve("live"));
        this.temporary = data.resolve("tmp");
        this.places = new Places(settings.sessions());
        for (String state : List.of("running", "paused", "ended", "away")) {
            metrics.sessions(state, () -> byToken.values().stream().filter(s -> s.stateName().equals(state)).count());
        }
        metrics.sessions("queued", places::waiting);
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    LiveSettings settings() {
        return settings;
    }

    PromptFilter filter() {
        return filter;
    }

    Metrics metrics() {
        return metrics;
    }

    Places places() {
        return places;
    }

    Path temporary() {
        return temporary;
    }

    // ------------------------------------------------------------------ connections

    /** Why no connection can be made now, if none can: the code of the refusal. */
    public Optional<String> refuses() {
        return stopping || !models.ready() ? Optional.of("not_ready")
                : connections.size() >= settings.connections() ? Optional.of("too_many_connections") : Optional.empty();
    }

    /** Somebody has connected. */
    public LiveClient connect(Caller caller, Outgoing wire) {
        var connection = new Connection(this, caller, wire);
        connections.add(connection);
        if (stopping) {
            connection.end(LiveError.fatal("server_stopping", "the server is stopping"));
        }
        return connection;
    }

    void gone(Connection connection) {
        connections.remove(connection);
    }

    // ------------------------------------------------------------------ opening

    ServedModel model(@Nullable String name) {
        return models.find(name).orElseThrow(() -> LiveError.at("model", "model_not_found", "there is no model "
                + (name == null || name.length() <= 60 ? name : name.substring(0, 60)) + " here"));
    }

    /** Refuses, before anything waits in line, what could not begin. */
    void check(Start start, Caller caller) {
        if (start.what() instanceof Start.Return) {
            return;
        }
        if (start.what() instanceof Start.New fresh) {
            ServedModel model = streaming(fresh.model());
            own(model, fresh.wanted());
        }
        if (byToken.values().stream().filter(s -> s.identity().owner().equals(caller.id()) && s.awaySince() == 0).count() >= settings.ofKey()) {
            throw LiveError.of("too_many_sessions", "this key has " + settings.ofKey() + " sessions already: stop one first");
        }
    }

    private ServedModel streaming(@Nullable String name) {
        ServedModel model = model(name);
        if (!model.streams()) {
            throw LiveError.at("model", "model_cannot_stream", "model " + model.info().name()
                    + " has no student: it makes whole clips and does not stream");
        }
        return model;
    }

    private static void own(ServedModel model, Start.Wanted wanted) {
        var size = model.info().size();
        String own = size.width() + "x" + size.height();
        if (wanted.size() != null && !wanted.size().equals(own)) {
            throw LiveError.at("size", "invalid_value", "size " + wanted.size() + " is not what model " + model.info().name() + " makes: it makes " + own);
        }
        if (wanted.fps() != null && wanted.fps() != size.fps()) {
            throw LiveError.at("fps", "invalid_value", "fps " + wanted.fps() + " is not what model " + model.info().name() + " makes: it makes " + size.fps());
        }
        if (wanted.blockFrames() != null && wanted.blockFrames() != model.blockFrames()) {
            throw LiveError.at("block_frames", "invalid_value", "block_frames " + wanted.blockFrames() + " is not what model " + model.info().name()
                    + " makes: its blocks have " + model.blockFrames());
        }
    }

    /** Takes a place for somebody, or a place in the line; a session whose client is away gives way. */
    void ask(Places.InLine one) {
        places.ask(one);
        if (places.waiting() > 0) {
            byToken.values().stream().filter(s -> s.awaySince() != 0 && !leaving.contains(s)).min(java.util.Comparator.comparingLong(LiveSession::awaySince))
                    .ifPresent(this::letGo);
        }
    }

    /** A session in memory that a token stands for. */
    Optional<LiveSession> find(String token, Caller caller) {
        return Optional.ofNullable(byToken.get(Shelf.digest(token))).filter(s -> s.identity().owner().equals(caller.id()));
    }

    /** Whether a session is still the one that its token stands for; under its monitor it then stays so. */
    boolean stands(LiveSession session) {
        return byToken.get(Shelf.digest(session.identity().token())) == session;
    }

    /** Begins a session in a place that was taken. */
    LiveSession begin(Start start, Caller caller) {
        try {
            return switch (start.what()) {
                case Start.New fresh -> fresh(fresh, start.how(), caller);
                case Start.FromSnapshot snapshot -> fromSnapshot(snapshot, start.how(), caller);
                case Start.Return back -> back(back, caller);
            };
        } catch (LiveError e) {
            throw e;
        } catch (UserException e) {
            LiveError why = Breaks.asked(e);
            if (why.code().equals("does_not_fit")) {
                metrics.doesNotFit();
            }
            throw why.code().equals("not_possible") ? LiveError.of("invalid_value", why.getMessage()) : why;
        }
    }

    private LiveSession fresh(Start.New wanted, Start.How how, Caller caller) {
        ServedModel model = streaming(wanted.model());
        own(model, wanted.wanted());
        int buffer = buffer(model, how.bufferMillis());
        PushedFrames input = wanted.follows() ? VideoSource.pushed(model.info().size()) : null;
        StreamSession stream = model.session(wanted.timeline(), options(model, buffer, how.reanchor()), input);
        long seed = java.util.Objects.requireNonNull(stream.timeline().seed());
        Identity identity = identity(caller, model, seed, buffer, how.reanchor());
        return enter(new LiveSession(identity, stream, input, new Recorder(identity.fps()), metrics, 0, 0, false));
    }

    private static StreamOptions options(ServedModel model, int buffer, boolean reanchor) {
        double fps = model.info().size().fps();
        return StreamOptions.DEFAULT.withAhead(Math.clamp((fps - buffer) / fps, 0.01, 1)).withReanchor(reanchor);
    }

    /** Frames that may be sent and not shown: with a block that is made ahead they are a second at most, where a block is shorter than that. */
    private static int buffer(ServedModel model, int millis) {
        double fps = model.info().size().fps();
        return (int) Math.max(1, Math.min(Math.round(millis / 1000.0 * fps), Math.floor(fps) - model.blockFrames()));
    }

    private Identity identity(Caller caller, ServedModel model, long seed, int buffer, boolean reanchor) {
        return new Identity("live_" + hex(8), "pxr_" + secret(), caller.id(), model.info().name(), seed, model.info().size().fps(), buffer,
                reanchor, System.currentTimeMillis());
    }

    private String hex(int bytes) {
        var b = new byte[bytes];
        random.nextBytes(b);
        return HexFormat.of().formatHex(b);
    }

    private String secret() {
        var b = new byte[32];
        random.nextBytes(b);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(b);
    }

    private LiveSession fromSnapshot(Start.FromSnapshot wanted, Start.How how, Caller caller) {
        Shelf.Facts facts = snapshot(wanted.id(), caller).orElseThrow(() -> LiveError.at("snapshot", "snapshot_not_found", "there is no such snapshot"));
        ServedModel model = streaming(facts.model());
        int buffer = buffer(model, how.bufferMillis());
        StreamSession stream = restore(model, shelf.snapshotFile(facts.id()), options(model, buffer, how.reanchor()));
        Identity identity = identity(caller, model, facts.seed(), buffer, how.reanchor());
        return enter(new LiveSession(identity, stream, null, new Recorder(identity.fps()), metrics, facts.next(), 0, false));
    }

    private static StreamSession restore(ServedModel model, Path file, StreamOptions options) {
        try {
            return model.restore(file, options);
        } catch (org.praxino.stream.DoesNotFitException e) {
            throw e;
        } catch (UserException e) {
            throw LiveError.of("unsuitable_snapshot", e.getMessage().replace(file.toString(), "the snapshot"));
        }
    }

    private LiveSession back(Start.Return wanted, Caller caller) {
        String digest = Shelf.digest(wanted.token());
        Shelf.Facts f = shelf.session(wanted.token()).filter(s -> s.owner().equals(caller.id())).orElseThrow(() ->
                LiveError.at("resume_token", "session_not_found", "there is no session of that token, or its time is over"));
        ServedModel model = streaming(f.model());
        StreamSession stream = restore(model, shelf.sessionFile(digest), options(model, f.bufferFrames(), f.reanchor()));
        var identity = new Identity(f.id(), wanted.token(), f.owner(), f.model(), f.seed(), f.fps(), f.bufferFrames(), f.reanchor(), f.created());
        Past before = past.remove(f.id());
        var session = new LiveSession(identity, stream, null, before == null ? new Recorder(f.fps()) : before.recorder(), metrics, f.next(), f.run(), f.paused());
        shelf.forget(digest);
        return enter(session);
    }

    private LiveSession enter(LiveSession session) {
        byToken.put(Shelf.digest(session.identity().token()), session);
        session.mark(badge);
        session.start();
        return session;
    }

    // ------------------------------------------------------------------ forks and snapshots

    /** A second session beside one; its place is taken at once, or refused. */
    void fork(LiveSession from, java.util.function.BiConsumer<LiveSession, Applied> then, java.util.function.Consumer<LiveError> refused) {
        if (!places.take()) {
            throw LiveError.of("too_many_sessions", "there is no place for another session now");
        }
        Identity old = from.identity();
        var identity = new Identity("live_" + hex(8), "pxr_" + secret(), old.owner(), old.model(), old.seed(), old.fps(), old.bufferFrames(), old.reanchor(),
                System.currentTimeMillis());
        var made = new LiveSession[1];
        try {
            from.fork((stream, next) -> made[0] = enter(new LiveSession(identity, stream, null, new Recorder(identity.fps()), metrics, next, 0, from.paused())))
                    .whenComplete((at, problem) -> {
                        if (at != null) {
                            then.accept(made[0], at);
                        } else {
                            places.free();
                            refused.accept(Breaks.asked(problem));
                        }
                    });
        } catch (LiveError e) {
            places.free();
            throw e;
        }
    }

    /** Keeps a snapshot that was asked for. */
    void snapshot(LiveSession session, java.util.function.BiConsumer<Path, Applied> then, java.util.function.Consumer<LiveError> refused) {
        String id = "snap_" + hex(8);
        Path file = shelf.snapshotFile(id);
        session.snapshot(file, next -> shelf.keepSnapshot(facts(session, id, "", next, Long.MAX_VALUE))).whenComplete((at, problem) -> {
            if (at != null) {
                then.accept(file, at);
            } else {
                refused.accept(Breaks.asked(problem));
            }
        });
    }

    private static Shelf.Facts facts(LiveSession session, String id, String token, long next, long until) {
        Identity i = session.identity();
        return new Shelf.Facts(id, token, i.owner(), i.model(), i.seed(), i.fps(), i.bufferFrames(), token.isEmpty() ? System.currentTimeMillis() : i.created(),
                session.run(), next, session.paused(), i.reanchor(), until);
    }

    private Optional<Shelf.Facts> snapshot(String id, Caller caller) {
        return shelf.snapshot(id).filter(f -> f.owner().equals(caller.id()));
    }

    /** The file of a snapshot of the caller's own. */
    public Optional<Path> snapshotFile(String id, Caller caller) {
        return snapshot(id, caller).map(f -> shelf.snapshotFile(f.id()));
    }

    /** @return false when the caller has no such snapshot */
    public boolean delete(String id, Caller caller) {
        boolean there = snapshot(id, caller).isPresent();
        if (there) {
            shelf.forgetSnapshot(id);
        }
        return there;
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
                past.values().stream().min(java.util.Comparator.comparingLong(Past::until)).ifPresent(p -> past.remove(p.identity.id()));
            }
        }
    }

    /** Puts a session whose client is away on the shelf, and gives its memory back. */
    private void park(LiveSession session) {
        synchronized (session) {
            if (!stands(session) || session.awaySince() == 0) {
                return; // its client is back
            }
            String digest = Shelf.digest(session.identity().token());
            if (!session.follows() && !session.broken()) {
                try {
                    long until = System.currentTimeMillis() + settings.kept().toMillis();
                    session.snapshot(shelf.sessionFile(digest), next -> shelf.keep(facts(session, session.identity().id(), digest, next, until)))
                            .get(PARK_SECONDS, TimeUnit.SECONDS);
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

    private void look() {
        try {
            long now = System.nanoTime();
            for (Connection connection : connections) {
                connection.look(now);
            }
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
        } catch (RuntimeException e) {
            LOG.error("looking after live sessions", e);
        }
    }

    // ------------------------------------------------------------------ looking on

    /** A session for those who look at it. */
    public record View(String id, String model, String state, String prompt, long frames, long created) {}

    /** The caller's own. */
    public List<View> views(Caller caller) {
        var all = new java.util.ArrayList<View>();
        byToken.values().stream().filter(s -> s.identity().owner().equals(caller.id())).forEach(s -> all.add(new View(
                s.identity().id(), s.identity().model(), s.stateName(), s.promptAt(s.next()), s.frames(), s.identity().created() / 1000)));
        shelf.sessions().stream().filter(f -> f.owner().equals(caller.id())).forEach(f -> all.add(new View(
                f.id(), f.model(), "kept", past.containsKey(f.id()) ? past.get(f.id()).prompt : "", f.next(), f.created() / 1000)));
        all.sort(java.util.Comparator.comparing(View::created).thenComparing(View::id));
        return all;
    }

    /** What was sent of a session, for as long as it is remembered. */
    public record Film(Recorder recorder, String prompt, long seed, ModelInfo model) {
        /** The last so many seconds, all that is there for 0. */
        public List<org.praxino.media.Frame> last(double seconds) {
            return recorder.last(seconds);
        }
    }

    public Optional<Film> film(String id, Caller caller) {
        var live = session(id, caller);
        if (live.isPresent()) {
            LiveSession s = live.get();
            return Optional.of(new Film(s.recorder(), s.promptAt(s.next()), s.identity().seed(), model(s.identity().model()).info()));
        }
        return Optional.ofNullable(past.get(id)).filter(p -> p.identity.owner().equals(caller.id()))
                .map(p -> new Film(p.recorder, p.prompt, p.identity.seed(), model(p.identity.model()).info()));
    }

    /** A place to look on at a session from; it is closed by who asked. */
    public Optional<Lookout> lookout(String id, Caller caller) {
        return session(id, caller).map(s -> Lookout.open(s.onlookers().join(), s.identity().fps()));
    }

    Optional<LiveSession> session(String id, Caller caller) {
        return byToken.values().stream().filter(s -> s.identity().id().equals(id) && s.identity().owner().equals(caller.id())).findFirst();
    }

    /** Says goodbye to everybody and keeps their sessions; before the server stops to listen. */
    public void stop() {
        stopping = true;
        timer.shutdown();
        connections.forEach(c -> c.end(LiveError.fatal("server_stopping", "the server is stopping: come back with the resume token")));
        byToken.values().forEach(this::park);
    }

    @Override
    public void close() {
        stop();
        byToken.values().forEach(this::stop);
    }
}
