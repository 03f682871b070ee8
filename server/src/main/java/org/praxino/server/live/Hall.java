package org.praxino.server.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Frame;
import org.praxino.server.access.Caller;
import org.praxino.server.access.DayUse;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.engine.Models;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.SnapshotInfo;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The door to live sessions: lets clients in, shows what there is to whom it belongs, and looks after all of it until the server stops. */
public final class Hall implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long LOOK_MILLIS = 200;

    private final Models models;
    private final PromptFilter filter;
    private final DayUse use;
    private final LiveSettings settings;
    private final Path temporary;
    private final Names names = new Names();
    private final Shelf shelf;
    private final Sessions sessions;
    private final Opening opening;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-live-timer").factory());
    private volatile boolean stopping;
    private boolean troubled; // by the look before, on the timer's thread

    /** @param badge whether every frame is marked visibly as generated @param data the server's folder */
    public Hall(Models models, PromptFilter filter, DayUse use, Metrics metrics, LiveSettings settings, boolean badge, Path data) {
        this.models = models;
        this.filter = filter;
        this.use = use;
        this.settings = settings;
        this.temporary = data.resolve("tmp");
        this.shelf = new Shelf(data.resolve("live"));
        this.sessions = new Sessions(settings, badge, shelf, names);
        this.opening = new Opening(models, sessions, shelf, names, settings, metrics);
        for (String state : List.of("running", "paused", "ended", "away")) {
            metrics.sessions(state, () -> sessions.all().stream().filter(s -> s.stateName().equals(state)).count());
        }
        metrics.sessions("queued", sessions.places()::waiting);
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    LiveSettings settings() {
        return settings;
    }

    DayUse use() {
        return use;
    }

    PromptFilter filter() {
        return filter;
    }

    Path temporary() {
        return temporary;
    }

    Sessions sessions() {
        return sessions;
    }

    Opening opening() {
        return opening;
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

    private void look() {
        long now = System.nanoTime();
        boolean well = true;
        for (Connection connection : connections) {
            well &= goesWell(() -> connection.look(now));
        }
        troubled = !(goesWell(() -> sessions.look(now)) & well);
    }

    /** What goes wrong with one stands in nobody else's way; it is logged when it begins, not with every look. */
    private boolean goesWell(Runnable look) {
        try {
            look.run();
            return true;
        } catch (RuntimeException e) {
            if (!troubled) {
                LOG.error("looking after live sessions", e);
            }
            return false;
        }
    }

    // ------------------------------------------------------------------ looking on

    /** A session for those who look at it. */
    public record View(String id, String model, String state, String prompt, long frames, long created) {}

    /** The caller's own. */
    public List<View> views(Caller caller) {
        var all = new ArrayList<View>();
        sessions.all().stream().filter(s -> s.identity().owner().equals(caller.id())).forEach(s -> all.add(new View(
                s.identity().id(), s.identity().model(), s.stateName(), s.promptAt(s.next()), s.frames(), s.identity().created() / 1000)));
        shelf.sessions().stream().filter(f -> f.owner().equals(caller.id())).forEach(f -> all.add(new View(
                f.id(), f.model(), "kept", sessions.past(f.id()).map(Sessions.Past::prompt).orElse(""), f.next(), f.created() / 1000)));
        all.sort(Comparator.comparing(View::created).thenComparing(View::id));
        return all;
    }

    /** What was sent of a session, for as long as it is remembered. */
    public record Film(Recorder recorder, String prompt, long seed, ModelInfo model) {
        /** The last so many seconds, all that is there for 0. */
        public List<Frame> last(double seconds) {
            return recorder.last(seconds);
        }
    }

    /** What was sent of a session of the caller's own. */
    public Optional<Film> film(String id, Caller caller) {
        return sessions.named(id, caller).map(s -> film(s.identity(), s.recorder(), s.promptAt(s.next())))
                .or(() -> sessions.past(id).filter(p -> p.identity().owner().equals(caller.id())).map(p -> film(p.identity(), p.recorder(), p.prompt())));
    }

    private Film film(Identity identity, Recorder recorder, String prompt) {
        return new Film(recorder, prompt, identity.seed(), opening.model(identity.model()).info());
    }

    /** A place to look on at a session from; it is closed by who asked. */
    public Optional<Lookout> lookout(String id, Caller caller) {
        return sessions.named(id, caller).map(s -> Lookout.open(s.onlookers().join(), s.identity().fps()));
    }

    /** The file of a snapshot of the caller's own. */
    public Optional<Path> snapshotFile(String id, Caller caller) {
        return shelf.snapshot(id, caller.id()).map(f -> shelf.snapshotFile(f.id()));
    }

    /**
     * Keeps a snapshot that came from outside as one of the caller's own.
     *
     * @param file is moved away
     * @throws LiveError when it is none that could be gone on with here
     */
    public Kept keep(Path file, Caller caller) {
        SnapshotInfo told;
        try {
            told = SnapshotInfo.read(file);
        } catch (UserException e) {
            throw LiveError.of("unsuitable_snapshot", e.getMessage().replace(file.toString(), "the file"));
        }
        ServedModel model = models.all().stream().filter(m -> m.info().hash().equals(told.hash())).findFirst().orElseThrow(() ->
                LiveError.of("unsuitable_snapshot", "it is a snapshot of other weights (" + told.model() + ") than are served here"));
        told.prompts().forEach(prompt -> Start.refuse(filter, prompt, "snapshot"));
        Long seed = told.timeline().seed();
        if (seed == null || told.timeline().video() != null || told.timeline().continuedClip() != null || told.nextFrame() > Integer.MAX_VALUE
                || !told.isNear(model.blockFrames())) {
            throw LiveError.of("unsuitable_snapshot", "it is not the snapshot of a live session");
        }
        var facts = Shelf.Facts.ofFile(names.snapshot(), caller.id(), model.info(), seed, told.nextFrame());
        shelf.take(file, facts);
        return new Kept(facts.id(), facts.model(), seed, told.nextFrame());
    }

    /** A snapshot that came from outside. @param frame number of the one that comes next */
    public record Kept(String id, String model, long seed, long frame) {}

    /** @return false when the caller has no such snapshot */
    public boolean delete(String id, Caller caller) {
        boolean there = shelf.snapshot(id, caller.id()).isPresent();
        if (there) {
            shelf.forgetSnapshot(id);
        }
        return there;
    }

    // ------------------------------------------------------------------ the end

    /** Says goodbye to everybody and keeps their sessions; before the server stops to listen. */
    public void stop() {
        stopping = true;
        timer.shutdown();
        connections.forEach(c -> c.end(LiveError.fatal("server_stopping", "the server is stopping: come back with the resume token")));
        sessions.all().forEach(sessions::park);
    }

    @Override
    public void close() {
        stop();
        sessions.all().forEach(sessions::stop);
    }
}
