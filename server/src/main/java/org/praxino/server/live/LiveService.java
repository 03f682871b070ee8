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
import org.praxino.server.access.DailyUsage;
import org.praxino.server.access.PromptFilter;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.SnapshotInfo;
import org.praxino.stream.StreamOptions;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service for live sessions: accepts connections, lists sessions, serves recordings and snapshots, runs periodic checks. */
public final class LiveService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long CHECK_MILLIS = 200;

    private final ModelRegistry models;
    private final PromptFilter filter;
    private final DailyUsage usage;
    private final LiveSettings settings;
    private final Path temporary;
    private final IdGenerator ids = new IdGenerator();
    private final SnapshotStore snapshots;
    private final SessionManager sessions;
    private final SessionFactory factory;
    private final Set<LiveConnection> connections = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("praxino-live-timer").factory());
    private final Object trials = new Object();
    private volatile boolean stopping;
    private boolean failing; // in the previous check, on the timer's thread

    /** @param badge whether every frame gets a visible badge @param data the server's folder */
    public LiveService(ModelRegistry models, PromptFilter filter, DailyUsage use, Metrics metrics, LiveSettings settings, boolean badge, Path data) {
        this.models = models;
        this.filter = filter;
        this.usage = use;
        this.settings = settings;
        this.temporary = data.resolve("tmp");
        this.snapshots = new SnapshotStore(data.resolve("live"));
        this.sessions = new SessionManager(settings, badge, snapshots, ids);
        this.factory = new SessionFactory(models, sessions, snapshots, ids, settings, metrics);
        for (String state : List.of("running", "paused", "ended", "away")) {
            metrics.sessions(state, () -> sessions.all().stream().filter(s -> s.stateName().equals(state)).count());
        }
        metrics.sessions("queued", sessions.slots()::waiting);
        timer.scheduleWithFixedDelay(this::runChecks, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    LiveSettings settings() {
        return settings;
    }

    DailyUsage usage() {
        return usage;
    }

    PromptFilter filter() {
        return filter;
    }

    Path temporary() {
        return temporary;
    }

    SessionManager sessions() {
        return sessions;
    }

    SessionFactory factory() {
        return factory;
    }

    // ------------------------------------------------------------------ connections

    /** The error code if no connection can be accepted now. */
    public Optional<String> rejectionCode() {
        return stopping || !models.ready() ? Optional.of("not_ready")
                : connections.size() >= settings.connections() ? Optional.of("too_many_connections") : Optional.empty();
    }

    /** Accepts a connection. */
    public MessageReceiver connect(Caller caller, MessageSender wire) {
        var connection = new LiveConnection(this, caller, wire);
        connections.add(connection);
        if (stopping) {
            connection.end(LiveError.fatal("server_stopping", "the server is stopping"));
        }
        return connection;
    }

    void onDisconnected(LiveConnection connection) {
        connections.remove(connection);
    }

    private void runChecks() {
        long now = System.nanoTime();
        boolean healthy = true;
        for (LiveConnection connection : connections) {
            healthy &= runCheck(() -> connection.check(now));
        }
        failing = !(runCheck(() -> sessions.runChecks(now)) & healthy);
    }

    /** Runs one check. Its failure does not affect others and is logged only the first time. */
    private boolean runCheck(Runnable check) {
        try {
            check.run();
            return true;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.error("live session check failed", e);
            }
            return false;
        }
    }

    // ------------------------------------------------------------------ viewing

    /** Summary of a session. */
    public record SessionSummary(String id, String model, String state, String prompt, long frames, long created) {}

    /** Lists the caller's sessions. */
    public List<SessionSummary> list(Caller caller) {
        var all = new ArrayList<SessionSummary>();
        sessions.all().stream().filter(s -> s.properties().owner().equals(caller.id())).forEach(s -> all.add(new SessionSummary(
                s.properties().id(), s.properties().model(), s.stateName(), s.promptAt(s.nextFrame()), s.frames(), s.properties().created() / 1000)));
        snapshots.sessions().stream().filter(f -> f.owner().equals(caller.id())).forEach(f -> all.add(new SessionSummary(
                f.id(), f.model(), "kept", sessions.ended(f.id()).map(SessionManager.EndedSession::prompt).orElse(""), f.next(),
                        f.created() / 1000)));
        all.sort(Comparator.comparing(SessionSummary::created).thenComparing(SessionSummary::id));
        return all;
    }

    /** The recent frames of a session. */
    public record Recording(RecordingBuffer recorder, String prompt, long seed, ModelInfo model) {
        /** The last seconds, or all for 0. */
        public List<Frame> last(double seconds) {
            return recorder.last(seconds);
        }
    }

    /** The recording of one of the caller's sessions. */
    public Optional<Recording> recording(String id, Caller caller) {
        return sessions.findById(id, caller).map(s -> recording(s.properties(), s.recording(), s.promptAt(s.nextFrame())))
                .or(() -> sessions.ended(id).filter(p -> p.properties().owner().equals(caller.id())).map(p ->
                        recording(p.properties(), p.recording(), p.prompt())));
    }

    private Recording recording(SessionProperties identity, RecordingBuffer recorder, String prompt) {
        return new Recording(recorder, prompt, identity.seed(), factory.model(identity.model()).info());
    }

    /** Opens a viewer of one of the caller's sessions; the caller closes it. */
    public Optional<Viewer> openViewer(String id, Caller caller) {
        return sessions.findById(id, caller).map(s -> Viewer.open(s.viewers().join(), s.properties().fps()));
    }

    /** The file of one of the caller's snapshots. */
    public Optional<Path> snapshotFile(String id, Caller caller) {
        return snapshots.snapshot(id, caller.id()).map(f -> snapshots.snapshotFile(f.id()));
    }

    /**
     * Imports an uploaded snapshot.
     *
     * @param file is moved
     * @throws LiveError if it cannot be continued on this server
     */
    public ImportedSnapshot importSnapshot(Path file, Caller caller) {
        SnapshotInfo info;
        try {
            info = SnapshotInfo.read(file);
        } catch (UserException e) {
            throw LiveError.of("unsuitable_snapshot", e.getMessage().replace(file.toString(), "the file"));
        }
        ServedModel model = models.all().stream().filter(m -> m.info().hash().equals(info.hash())).findFirst().orElseThrow(() ->
                LiveError.of("unsuitable_snapshot", "it is a snapshot of other weights (" + info.model() + ") than are served here"));
        info.prompts().forEach(prompt -> StartRequest.checkPrompt(filter, prompt, "snapshot"));
        Long seed = info.timeline().seed();
        if (seed == null || info.timeline().video() != null || info.timeline().continuedClip() != null || info.nextFrame() > Integer.MAX_VALUE
                || !info.isNear(model.blockFrames())) {
            throw LiveError.of("unsuitable_snapshot", "it is not the snapshot of a live session");
        }
        tryOut(model, file);
        var metadata = SnapshotStore.Metadata.ofFile(ids.snapshot(), caller.id(), model.info(), seed, info.nextFrame());
        snapshots.importSnapshot(file, metadata);
        return new ImportedSnapshot(metadata.id(), metadata.model(), seed, info.nextFrame());
    }

    /** Generates one frame from a snapshot, which detects state of wrong shapes. One at a time. */
    private void tryOut(ServedModel model, Path file) {
        synchronized (trials) {
            try (var session = model.restore(file, StreamOptions.DEFAULT)) {
                session.lowerPriority();
                if (session.frames().hasNext()) {
                    session.frames().next();
                }
            } catch (InsufficientMemoryException e) {
                throw LiveError.of("does_not_fit", e.getMessage());
            } catch (UserException e) {
                throw LiveError.of("unsuitable_snapshot", String.valueOf(e.getMessage()).replace(file.toString(), "the file"));
            } catch (RuntimeException e) {
                LOG.debug("a snapshot whose state does not fit", e);
                throw LiveError.of("unsuitable_snapshot", "the state in it does not fit the model " + model.info().name());
            }
        }
    }

    /** An imported snapshot. @param frame number of the next frame */
    public record ImportedSnapshot(String id, String model, long seed, long frame) {}

    /** @return false if the caller has no such snapshot */
    public boolean deleteSnapshot(String id, Caller caller) {
        boolean there = snapshots.snapshot(id, caller.id()).isPresent();
        if (there) {
            snapshots.deleteSnapshot(id);
        }
        return there;
    }

    // ------------------------------------------------------------------ shutdown

    /** Disconnects all clients and saves their sessions, before the server stops listening. */
    public void stop() {
        stopping = true;
        timer.shutdown();
        connections.forEach(c -> c.end(LiveError.fatal("server_stopping", "the server is stopping: reconnect with the resume token")));
        sessions.all().forEach(sessions::suspend);
    }

    @Override
    public void close() {
        stop();
        sessions.all().forEach(sessions::stop);
    }
}
