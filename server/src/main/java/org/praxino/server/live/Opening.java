package org.praxino.server.live;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.engine.Models;
import org.praxino.server.engine.ServedModel;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.AppliedUpdate;
import org.praxino.stream.InsufficientMemoryException;
import org.praxino.stream.PushedFrames;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.VideoSource;
import org.praxino.tensor.UserException;

/** How sessions begin: with something new, with a snapshot, with what was kept when their client went away, beside another one. For any threads. */
final class Opening {
    private final Models models;
    private final Sessions sessions;
    private final Shelf shelf;
    private final Names names;
    private final LiveSettings settings;
    private final Metrics metrics;

    Opening(Models models, Sessions sessions, Shelf shelf, Names names, LiveSettings settings, Metrics metrics) {
        this.models = models;
        this.sessions = sessions;
        this.shelf = shelf;
        this.names = names;
        this.settings = settings;
        this.metrics = metrics;
    }

    // ------------------------------------------------------------------ whether it can be

    /** @param name null for the first one served */
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
            own(streaming(fresh.model()), fresh.wanted());
        }
        if (sessions.connected(caller) >= settings.ofKey()) {
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

    // ------------------------------------------------------------------ the ways to begin

    /** Begins a session in a place that was taken. */
    LiveSession begin(Start start, Caller caller) {
        try {
            return sessions.enter(switch (start.what()) {
                case Start.New fresh -> fresh(fresh, start.how(), caller);
                case Start.FromSnapshot snapshot -> fromSnapshot(snapshot, start.how(), caller);
                case Start.Return back -> back(back, caller);
            });
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
        long seed = Objects.requireNonNull(stream.timeline().seed());
        Identity identity = identity(caller, model, seed, buffer, how.reanchor());
        return new LiveSession(identity, stream, input, new Recorder(identity.fps()), metrics, 0, 0, false);
    }

    private LiveSession fromSnapshot(Start.FromSnapshot wanted, Start.How how, Caller caller) {
        Shelf.Facts facts = shelf.snapshot(wanted.id(), caller.id())
                .orElseThrow(() -> LiveError.at("snapshot", "snapshot_not_found", "there is no such snapshot"));
        ServedModel model = streaming(facts.model());
        int buffer = buffer(model, how.bufferMillis());
        StreamSession stream = restore(model, shelf.snapshotFile(facts.id()), options(model, buffer, how.reanchor()));
        Identity identity = identity(caller, model, facts.seed(), buffer, how.reanchor());
        return new LiveSession(identity, stream, null, new Recorder(identity.fps()), metrics, facts.next(), 0, false);
    }

    private LiveSession back(Start.Return wanted, Caller caller) {
        String digest = Shelf.digest(wanted.token());
        Shelf.Facts f = shelf.session(wanted.token()).filter(s -> s.owner().equals(caller.id())).orElseThrow(() ->
                LiveError.at("resume_token", "session_not_found", "there is no session of that token, or its time is over"));
        ServedModel model = streaming(f.model());
        StreamSession stream = restore(model, shelf.sessionFile(digest), options(model, f.bufferFrames(), f.reanchor()));
        var identity = new Identity(f.id(), wanted.token(), f.owner(), f.model(), f.seed(), f.fps(), f.bufferFrames(), f.reanchor(), f.created());
        Recorder recorder = sessions.recall(f.id()).orElseGet(() -> new Recorder(f.fps()));
        var session = new LiveSession(identity, stream, null, recorder, metrics, f.next(), f.run(), f.paused());
        shelf.forget(digest);
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

    /** A second session beside one; its place is taken at once, or refused. */
    void fork(LiveSession from, BiConsumer<LiveSession, AppliedUpdate> then, Consumer<LiveError> refused) {
        if (!sessions.places().take()) {
            throw LiveError.of("too_many_sessions", "there is no place for another session now");
        }
        Identity old = from.identity();
        var identity = new Identity(names.session(), names.token(), old.owner(), old.model(), old.seed(), old.fps(), old.bufferFrames(), old.reanchor(),
                System.currentTimeMillis());
        var made = new LiveSession[1];
        try {
            from.steering().fork((stream, next) -> made[0] = sessions.enter(
                            new LiveSession(identity, stream, null, new Recorder(identity.fps()), metrics, next, 0, from.paused())))
                    .whenComplete((at, problem) -> {
                        if (at != null) {
                            then.accept(made[0], at);
                        } else {
                            sessions.places().giveBack();
                            refused.accept(Breaks.asked(problem));
                        }
                    });
        } catch (LiveError e) {
            sessions.places().giveBack();
            throw e;
        }
    }

    // ------------------------------------------------------------------ what it begins with

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
        return new Identity(names.session(), names.token(), caller.id(), model.info().name(), seed, model.info().size().fps(), buffer, reanchor,
                System.currentTimeMillis());
    }
}
