package org.praxino.server.live;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.engine.ServedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** One client, from its first message to its last. Messages come in one after the other; everything else may come from any thread. */
final class Connection implements LiveClient, Places.InLine {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    private final Hall hall;
    private final Caller caller;
    private final Outbox box;
    private final long connected = System.nanoTime();
    private volatile long heard = connected;
    private volatile @Nullable LiveSession session;
    private volatile boolean over;
    private @Nullable Start starting; // under this
    private @Nullable String startEvent;
    private final Pace pace = new Pace(connected);
    private final Meter meter;

    Connection(Hall hall, Caller caller, Outgoing wire) {
        this.hall = hall;
        this.caller = caller;
        this.meter = new Meter(hall.use(), caller);
        this.box = new Outbox(wire, () -> {
            LiveSession now = session;
            if (now != null) {
                now.nudge();
            }
        });
    }

    // ------------------------------------------------------------------ what comes in

    @Override
    public void text(String text) {
        if (over || tooMany()) {
            return;
        }
        String event = null;
        boolean update = false;
        try {
            Message message = Message.parse(text);
            event = message.event();
            update = message.type().equals("session.update");
            take(message, event);
        } catch (LiveError e) {
            if (e.isFatal()) {
                end(e);
            } else if (update && session != null) {
                box.send(Says.rejected(event, e));
            } else {
                box.error(e, event);
            }
        } catch (RuntimeException e) {
            LOG.error("a message of a live session", e);
            end(LiveError.internal());
        }
    }

    @Override
    public void binary(ByteBuffer bytes) {
        if (over || tooMany()) {
            return;
        }
        try {
            MediaHeader.input(bytes);
            LiveSession now = running();
            if (!now.follows()) {
                throw LiveError.of("wrong_state", "this session follows no input: start one with \"input\"");
            }
            var size = hall.opening().model(now.identity().model()).info().size();
            now.push(InputPictures.read(bytes, size.width(), size.height(), hall.temporary()));
        } catch (LiveError e) {
            box.error(e, null);
        } catch (RuntimeException e) {
            LOG.error("an input frame of a live session", e);
            end(LiveError.internal());
        }
    }

    /** Counts a message. @return whether it was one too many */
    private boolean tooMany() {
        heard = System.nanoTime();
        boolean tooMany = pace.tooMany(heard);
        if (tooMany) {
            end(LiveError.fatal("rate_limited", "more than " + (int) Pace.A_SECOND + " messages a second"));
        }
        return tooMany;
    }

    private void take(Message m, @Nullable String event) {
        switch (m.type()) {
            case "session.start" -> start(m, event);
            case "session.update" -> {
                LiveSession now = running();
                now.steering().update(Ask.read(m, hall.filter()), event);
            }
            case "playback.position" -> {
                long run = m.need("run", m.whole("run"));
                long frame = m.need("frame", m.whole("frame"));
                m.end();
                running().shown(run, frame);
            }
            case "session.rewind" -> {
                int block = m.need("block", m.whole("block", 0, Integer.MAX_VALUE));
                m.end();
                running().steering().rewind(block, event);
            }
            case "session.pause" -> bare(m).steering().pause(event);
            case "session.resume" -> bare(m).steering().resume(event);
            case "session.fork" -> fork(bare(m), event);
            case "session.snapshot" -> snapshot(bare(m), event);
            case "session.timeline" -> timeline(bare(m), event);
            case "session.stop" -> stop(bare(m), event);
            case "input.end" -> bare(m).endInput();
            case "ping" -> {
                m.end();
                box.send(Outbox.message("pong", event));
            }
            default -> throw LiveError.at("type", "unknown_type", "no message is called " + m.type());
        }
    }

    /** The session, for messages without fields. */
    private LiveSession bare(Message m) {
        m.end();
        return running();
    }

    private LiveSession running() {
        LiveSession now = session;
        if (now == null) {
            throw LiveError.of("not_started", "no session has begun: send session.start and wait for session.created");
        }
        return now;
    }

    // ------------------------------------------------------------------ beginning

    private void start(Message m, @Nullable String event) {
        Start start = Start.read(m, hall.filter());
        synchronized (this) {
            if (session != null || starting != null) {
                throw LiveError.of("already_started", "this connection has a session: open another one for another session");
            }
            hall.opening().check(start, caller);
            if (meter.usedUp()) {
                throw LiveError.of("quota_used", meter.why());
            }
            starting = start;
            startEvent = event;
        }
        if (start.what() instanceof Start.Return back && hall.sessions().find(back.token(), caller).isPresent()) {
            Thread.startVirtualThread(() -> begin(start, true));
        } else {
            hall.sessions().ask(this);
        }
    }

    @Override
    public void waits(int position, OptionalDouble seconds) {
        box.send(Says.queued(startEvent, position, seconds));
    }

    @Override
    public void mayBegin() {
        Start start = java.util.Objects.requireNonNull(starting);
        Thread.startVirtualThread(() -> begin(start, false));
    }

    /** @param inMemory whether a session of the token was there a moment ago, which needs no place */
    private void begin(Start start, boolean inMemory) {
        try {
            if (start.what() instanceof Start.Return back) {
                LiveSession there = hall.sessions().find(back.token(), caller).orElse(null);
                if (there != null && join(there, start, back, "session.resumed")) {
                    if (!inMemory) {
                        hall.sessions().places().giveBack();
                    }
                    return;
                }
                if (inMemory) { // it was put on the shelf in between
                    hall.sessions().ask(this);
                    return;
                }
            }
            LiveSession fresh = hall.opening().begin(start, caller);
            boolean returns = start.what() instanceof Start.Return;
            if (!join(fresh, start, start.what() instanceof Start.Return back ? back : null, returns ? "session.resumed" : "session.created")) {
                hall.sessions().stop(fresh);
            }
        } catch (LiveError e) {
            failed(e, inMemory);
        } catch (RuntimeException | Error e) {
            LOG.error("a live session could not begin", e);
            failed(LiveError.internal(), inMemory);
        }
    }

    private void failed(LiveError e, boolean inMemory) {
        String event;
        synchronized (this) {
            event = startEvent;
            starting = null;
            startEvent = null;
        }
        if (!inMemory) {
            hall.sessions().places().giveBack();
        }
        if (e.isFatal()) {
            end(e);
        } else {
            box.error(e, event);
        }
    }

    /** @return false when the session is gone, or this connection is over and nobody else has the token */
    private boolean join(LiveSession to, Start start, Start.@Nullable Return back, String greeting) {
        synchronized (to) {
            if (!hall.sessions().stands(to)) {
                return false;
            }
            synchronized (this) {
                if (over) {
                    return back != null; // its client can try again: it is away as before
                }
                session = to;
                starting = null;
            }
            ServedModel model = hall.opening().model(to.identity().model());
            var size = model.info().size();
            Coder coder = Coder.open(start.how().formats().getFirst(), size.width(), size.height(), size.fps(), start.how().quality());
            to.attach(new Channel.Outlet(box, coder), () -> greet(to, model, coder, greeting), back == null ? -1 : back.run(), back == null ? -1 : back.frame());
        }
        if (over) {
            to.detach(box);
        }
        return true;
    }

    private ObjectNode greet(LiveSession to, ServedModel model, Coder coder, String greeting) {
        Identity i = to.identity();
        var size = model.info().size();
        ObjectNode m = Outbox.message(greeting, startEvent).put("session", i.id()).put("resume_token", i.token()).put("model", i.model())
                .put("model_hash", model.info().hash()).put("size", size.width() + "x" + size.height()).put("fps", i.fps()).put("seed", i.seed())
                .put("block_frames", model.blockFrames()).put("format", coder.format().text()).put("buffer_frames", i.bufferFrames());
        to.describe(m);
        return m.put("generated", org.praxino.media.GeneratedMetadata.STATEMENT);
    }

    // ------------------------------------------------------------------ the rest

    private void fork(LiveSession from, @Nullable String event) {
        hall.opening().fork(from, (second, at) -> box.send(Outbox.message("fork.ready", event).put("session", second.identity().id())
                .put("resume_token", second.identity().token()).put("block", at.block()).put("frame", at.frame())), e -> box.error(e, event));
    }

    private void snapshot(LiveSession of, @Nullable String event) {
        hall.sessions().snapshot(of, (file, at) -> box.send(Outbox.message("snapshot.ready", event)
                .put("snapshot", file.getFileName().toString().replaceFirst("\\.[a-z]+$", "")).put("bytes", file.toFile().length()).put("block", at.block()).put("frame", at.frame())), e -> box.error(e, event));
    }

    private void timeline(LiveSession of, @Nullable String event) {
        ObjectNode m = Outbox.message("session.timeline", event);
        m.set("timeline", org.praxino.io.Json.parse(of.timeline(), "timeline", tools.jackson.databind.JsonNode.class));
        box.send(m);
    }

    private void stop(LiveSession of, @Nullable String event) {
        long sent = of.frames();
        of.detach(box);
        meter.end(of);
        session = null;
        Thread.startVirtualThread(() -> hall.sessions().stop(of));
        box.send(Outbox.message("session.done", event).put("reason", "stopped").put("frames", sent));
        leave();
        box.close(Outbox.NORMAL, "stopped");
    }

    /** From time to time: one that is silent too long, or has had its quota, is told so. */
    void look(long now) {
        LiveSession current = session;
        if (current != null && meter.look(current)) {
            end(LiveError.fatal("quota_used", meter.why()));
        } else if (session == null && starting == null && now - connected > hall.settings().start().toNanos()) {
            end(LiveError.fatal("start_timeout", "no session was started in " + hall.settings().start().toSeconds() + " seconds"));
        } else if (now - heard > hall.settings().idle().toNanos()) {
            end(LiveError.fatal("idle", "nothing was heard for " + hall.settings().idle().toSeconds() + " seconds: come back with the resume token"));
        }
    }

    /** Ends the connection; its session stays for a while. */
    void end(LiveError fatal) {
        if (!over) {
            box.close(fatal);
            closed();
        }
    }

    @Override
    public void closed() {
        LiveSession now;
        synchronized (this) {
            over = true;
            now = session;
        }
        leave();
        if (now != null) {
            now.detach(box);
            meter.end(now);
        }
    }

    private void leave() {
        over = true;
        hall.sessions().places().leave(this);
        hall.gone(this);
    }
}
