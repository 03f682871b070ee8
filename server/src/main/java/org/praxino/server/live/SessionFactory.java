package org.praxino.server.live;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.engine.ModelRegistry;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.AppliedUpdate;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.PushedFrames;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoSource;
import org.praxino.tensor.UserException;

/** Creates sessions: new ones, from snapshots, resumed from disk, or forked. Thread-safe. */
final class SessionFactory {
    private final ModelRegistry models;
    private final SessionManager sessions;
    private final SnapshotStore snapshots;
    private final IdGenerator ids;
    private final LiveSettings settings;
    private final Metrics metrics;

    SessionFactory(ModelRegistry models, SessionManager sessions, SnapshotStore snapshots, IdGenerator ids, LiveSettings settings, Metrics metrics) {
        this.models = models;
        this.sessions = sessions;
        this.snapshots = snapshots;
        this.ids = ids;
        this.settings = settings;
        this.metrics = metrics;
    }

    // ------------------------------------------------------------------ checks

    /** @param name null for the default */
    ServedModel model(@Nullable String name) {
        return models.find(name).orElseThrow(() -> LiveError.at("model", "model_not_found", "there is no model "
                + (name == null || name.length() <= 60 ? name : name.substring(0, 60)) + " here"));
    }

    /** Rejects a request that cannot succeed, before it is queued. */
    void check(StartRequest start, Caller caller) {
        if (start.target() instanceof StartRequest.Resume) {
            return;
        }
        if (start.target() instanceof StartRequest.NewSession fresh) {
            checkParameters(streaming(fresh.model()), fresh.expected());
        }
        if (sessions.connected(caller) >= settings.perKey()) {
            throw LiveError.of("too_many_sessions", "this key has " + settings.perKey() + " sessions already: stop one first");
        }
    }

    private ServedModel streaming(@Nullable String name) {
        ServedModel model = model(name);
        if (!model.canStream()) {
            throw LiveError.at("model", "model_cannot_stream", "model " + model.info().name()
                    + " has no student: it makes whole clips and does not stream");
        }
        return model;
    }

    private static void checkParameters(ServedModel model, StartRequest.ExpectedParameters request) {
        var size = model.info().size();
        String own = size.width() + "x" + size.height();
        if (request.size() != null && !request.size().equals(own)) {
            throw LiveError.at("size", "invalid_value", "size " + request.size() + " is not what model " + model.info().name()
                    + " makes: it makes " + own);
        }
        if (request.fps() != null && request.fps() != size.fps()) {
            throw LiveError.at("fps", "invalid_value", "fps " + request.fps() + " is not what model " + model.info().name()
                    + " makes: it makes " + size.fps());
        }
        if (request.blockFrames() != null && request.blockFrames() != model.blockFrames()) {
            throw LiveError.at("block_frames", "invalid_value", "block_frames " + request.blockFrames() + " is not what model " + model.info().name()
                    + " makes: its blocks have " + model.blockFrames());
        }
    }

    // ------------------------------------------------------------------ creation

    /** Creates a session in an acquired slot. */
    LiveSession begin(StartRequest start, Caller caller) {
        try {
            return sessions.add(switch (start.target()) {
                case StartRequest.NewSession fresh -> create(fresh, start.media(), caller);
                case StartRequest.FromSnapshot snapshot -> fromSnapshot(snapshot, start.media(), caller);
                case StartRequest.Resume back -> resume(back, caller);
            });
        } catch (LiveError e) {
            throw e;
        } catch (UserException e) {
            LiveError error = LiveErrors.ofRequest(e);
            if (error.code().equals("does_not_fit")) {
                metrics.memoryRejection();
            }
            throw error.code().equals("not_possible") ? LiveError.of("invalid_value", error.getMessage()) : error;
        }
    }

    private LiveSession create(StartRequest.NewSession request, StartRequest.MediaOptions media, Caller caller) {
        ServedModel model = streaming(request.model());
        checkParameters(model, request.expected());
        int buffer = buffer(model, media.bufferMillis());
        PushedFrames input = request.hasInput() ? VideoSource.pushed(model.info().size()) : null;
        StreamSession stream = model.session(request.timeline(), options(model, buffer, media.reanchor()), input);
        long seed = Objects.requireNonNull(stream.timeline().seed());
        SessionProperties properties = identity(caller, model, seed, buffer, media.reanchor());
        return new LiveSession(properties, stream, input, new RecordingBuffer(properties.fps()), metrics, 0, 0, false);
    }

    private LiveSession fromSnapshot(StartRequest.FromSnapshot request, StartRequest.MediaOptions media, Caller caller) {
        SnapshotStore.Metadata metadata = snapshots.snapshot(request.id(), caller.id())
                .orElseThrow(() -> LiveError.at("snapshot", "snapshot_not_found", "there is no such snapshot"));
        ServedModel model = streaming(metadata.model());
        int buffer = buffer(model, media.bufferMillis());
        StreamSession stream = restore(model, snapshots.snapshotFile(metadata.id()), options(model, buffer, media.reanchor()));
        SessionProperties properties = identity(caller, model, metadata.seed(), buffer, media.reanchor());
        return new LiveSession(properties, stream, null, new RecordingBuffer(properties.fps()), metrics, metadata.next(), 0, false);
    }

    private LiveSession resume(StartRequest.Resume request, Caller caller) {
        String digest = SnapshotStore.digest(request.token());
        SnapshotStore.Metadata f = snapshots.session(request.token()).filter(s -> s.owner().equals(caller.id())).orElseThrow(() ->
                LiveError.at("resume_token", "session_not_found", "no session has that token, or it has expired"));
        ServedModel model = streaming(f.model());
        StreamSession stream = restore(model, snapshots.sessionFile(digest), options(model, f.bufferFrames(), f.reanchor()));
        var properties = new SessionProperties(f.id(), request.token(), f.owner(), f.model(), f.seed(), f.fps(), f.bufferFrames(),
                f.reanchor(), f.created());
        RecordingBuffer recorder = sessions.takeRecording(f.id()).orElseGet(() -> new RecordingBuffer(f.fps()));
        var session = new LiveSession(properties, stream, null, recorder, metrics, f.next(), f.run(), f.paused());
        snapshots.deleteSession(digest);
        return session;
    }

    private static StreamSession restore(ServedModel model, Path file, StreamOptions options) {
        try {
            return model.restore(file, options);
        } catch (InsufficientMemoryException e) {
            throw e;
        } catch (UserException e) {
            throw LiveError.of("unsuitable_snapshot", e.getMessage().replace(file.toString(), "the snapshot"));
        }
    }

    /** Forks a session; fails at once if no slot is free. */
    void fork(LiveSession from, BiConsumer<LiveSession, AppliedUpdate> then, Consumer<LiveError> refused) {
        if (!sessions.slots().tryAcquire()) {
            throw LiveError.of("too_many_sessions", "no slot is free for another session now");
        }
        SessionProperties old = from.properties();
        var properties = new SessionProperties(ids.session(), ids.token(), old.owner(), old.model(), old.seed(), old.fps(),
                old.bufferFrames(), old.reanchor(),
                System.currentTimeMillis());
        var made = new LiveSession[1];
        try {
            from.commands().fork((stream, next) -> made[0] = sessions.add(
                            new LiveSession(properties, stream, null, new RecordingBuffer(properties.fps()), metrics, next, 0, from.paused())))
                    .whenComplete((at, error) -> {
                        if (at != null) {
                            then.accept(made[0], at);
                        } else {
                            sessions.slots().releaseUnused();
                            refused.accept(LiveErrors.ofRequest(error));
                        }
                    });
        } catch (LiveError e) {
            sessions.slots().releaseUnused();
            throw e;
        }
    }

    // ------------------------------------------------------------------ options

    private static StreamOptions options(ServedModel model, int buffer, boolean reanchor) {
        double fps = model.info().size().fps();
        return StreamOptions.DEFAULT.withAhead(Math.clamp((fps - buffer) / fps, 0.01, 1)).withReanchor(reanchor);
    }

    /** Frames that may be sent but not displayed: together with one block generated ahead, at most a second. */
    private static int buffer(ServedModel model, int millis) {
        double fps = model.info().size().fps();
        return (int) Math.max(1, Math.min(Math.round(millis / 1000.0 * fps), Math.floor(fps) - model.blockFrames()));
    }

    private SessionProperties identity(Caller caller, ServedModel model, long seed, int buffer, boolean reanchor) {
        return new SessionProperties(ids.session(), ids.token(), caller.id(), model.info().name(), seed, model.info().size().fps(), buffer, reanchor,
                System.currentTimeMillis());
    }
}
