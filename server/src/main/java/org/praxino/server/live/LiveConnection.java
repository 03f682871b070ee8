package org.praxino.server.live;

import java.nio.ByteBuffer;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.praxino.server.access.Caller;
import org.praxino.server.engine.ServedModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** A client's WebSocket connection. Messages arrive one at a time; other methods are thread-safe. */
final class LiveConnection implements MessageReceiver, SessionSlots.Waiter {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");

    private final LiveService service;
    private final Caller caller;
    private final SendQueue queue;
    private final long connected = System.nanoTime();
    private volatile long lastMessage = connected;
    private volatile @Nullable LiveSession session;
    private volatile boolean closed;
    private @Nullable StartRequest starting; // under this
    private @Nullable String startEvent;
    private final MessageRateLimiter rateLimiter = new MessageRateLimiter(connected);
    private final QuotaMeter meter;

    LiveConnection(LiveService service, Caller caller, MessageSender sender) {
        this.service = service;
        this.caller = caller;
        this.meter = new QuotaMeter(service.usage(), caller);
        this.queue = new SendQueue(sender, () -> {
            LiveSession now = session;
            if (now != null) {
                now.wakeSender();
            }
        });
    }

    // ------------------------------------------------------------------ incoming messages

    @Override
    public void onText(String text) {
        if (closed || exceedsRate()) {
            return;
        }
        String event = null;
        boolean update = false;
        try {
            ClientMessage message = ClientMessage.parse(text);
            event = message.eventId();
            update = message.type().equals("session.update");
            dispatch(message, event);
        } catch (LiveError e) {
            if (e.isFatal()) {
                end(e);
            } else if (update && session != null) {
                queue.send(ServerMessages.rejected(event, e));
            } else {
                queue.error(e, event);
            }
        } catch (RuntimeException e) {
            LOG.error("a message of a live session", e);
            end(LiveError.internal());
        }
    }

    @Override
    public void onBinary(ByteBuffer bytes) {
        if (closed || exceedsRate()) {
            return;
        }
        try {
            MediaHeader.input(bytes);
            LiveSession now = running();
            if (!now.hasInput()) {
                throw LiveError.of("wrong_state", "this session follows no input: start one with \"input\"");
            }
            var size = service.factory().model(now.properties().model()).info().size();
            now.push(InputFrames.read(bytes, size.width(), size.height(), service.temporary()));
        } catch (LiveError e) {
            queue.error(e, null);
        } catch (RuntimeException e) {
            LOG.error("an input frame of a live session", e);
            end(LiveError.internal());
        }
    }

    /** Counts a message. @return whether the rate limit is exceeded */
    private boolean exceedsRate() {
        lastMessage = System.nanoTime();
        boolean tooMany = rateLimiter.exceeded(lastMessage);
        if (tooMany) {
            end(LiveError.fatal("rate_limited", "more than " + (int) MessageRateLimiter.PER_SECOND + " messages a second"));
        }
        return tooMany;
    }

    private void dispatch(ClientMessage m, @Nullable String event) {
        switch (m.type()) {
            case "session.start" -> start(m, event);
            case "session.update" -> {
                LiveSession now = running();
                now.commands().update(UpdateRequest.read(m, service.filter()), event);
            }
            case "playback.position" -> {
                long run = m.require("run", m.integer("run"));
                long frame = m.require("frame", m.integer("frame"));
                m.rejectUnknown();
                running().onFrameShown(run, frame);
            }
            case "session.rewind" -> {
                int block = m.require("block", m.integer("block", 0, Integer.MAX_VALUE));
                m.rejectUnknown();
                running().commands().rewind(block, event);
            }
            case "session.pause" -> withoutFields(m).commands().pause(event);
            case "session.resume" -> withoutFields(m).commands().resume(event);
            case "session.fork" -> fork(withoutFields(m), event);
            case "session.snapshot" -> snapshot(withoutFields(m), event);
            case "session.timeline" -> timeline(withoutFields(m), event);
            case "session.stop" -> stop(withoutFields(m), event);
            case "input.end" -> withoutFields(m).endInput();
            case "ping" -> {
                m.rejectUnknown();
                queue.send(SendQueue.message("pong", event));
            }
            default -> throw LiveError.at("type", "unknown_type", "no message is called " + m.type());
        }
    }

    /** The session, for a message without fields. */
    private LiveSession withoutFields(ClientMessage m) {
        m.rejectUnknown();
        return running();
    }

    private LiveSession running() {
        LiveSession now = session;
        if (now == null) {
            throw LiveError.of("not_started", "no session has begun: send session.start and wait for session.created");
        }
        return now;
    }

    // ------------------------------------------------------------------ starting

    private void start(ClientMessage m, @Nullable String event) {
        StartRequest start = StartRequest.read(m, service.filter());
        synchronized (this) {
            if (session != null || starting != null) {
                throw LiveError.of("already_started", "this connection has a session: open another one for another session");
            }
            service.factory().check(start, caller);
            if (meter.isExhausted()) {
                throw LiveError.of("quota_used", meter.message());
            }
            starting = start;
            startEvent = event;
        }
        if (start.target() instanceof StartRequest.Resume resume && service.sessions().find(resume.token(), caller).isPresent()) {
            Thread.startVirtualThread(() -> begin(start, true));
        } else {
            service.sessions().request(this);
        }
    }

    @Override
    public void onQueued(int position, OptionalDouble seconds) {
        queue.send(ServerMessages.queued(startEvent, position, seconds));
    }

    @Override
    public void onSlot() {
        StartRequest start = java.util.Objects.requireNonNull(starting);
        Thread.startVirtualThread(() -> begin(start, false));
    }

    /** @param inMemory whether the session is in memory and needs no slot */
    private void begin(StartRequest start, boolean inMemory) {
        try {
            if (start.target() instanceof StartRequest.Resume resume) {
                LiveSession there = service.sessions().find(resume.token(), caller).orElse(null);
                if (there != null && join(there, start, resume, "session.resumed")) {
                    if (!inMemory) {
                        service.sessions().slots().releaseUnused();
                    }
                    return;
                }
                if (inMemory) { // it was suspended to disk meanwhile
                    service.sessions().request(this);
                    return;
                }
            }
            LiveSession fresh = service.factory().begin(start, caller);
            boolean returns = start.target() instanceof StartRequest.Resume;
            if (!join(fresh, start, start.target() instanceof StartRequest.Resume resume ? resume : null, returns ? "session.resumed"
                    : "session.created")) {
                service.sessions().stop(fresh);
            }
        } catch (LiveError e) {
            failed(e, inMemory);
        } catch (RuntimeException | Error e) {
            LOG.error("a live session could not start", e);
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
            service.sessions().slots().releaseUnused();
        }
        if (e.isFatal()) {
            end(e);
        } else {
            queue.error(e, event);
        }
    }

    /** @return false if the session is gone, or this connection is closed and no other client has the token */
    private boolean join(LiveSession to, StartRequest start, StartRequest.@Nullable Resume resume, String greeting) {
        synchronized (to) {
            if (!service.sessions().isCurrent(to)) {
                return false;
            }
            synchronized (this) {
                if (closed) {
                    return resume != null; // the client can try again
                }
                session = to;
                starting = null;
            }
            ServedModel model = service.factory().model(to.properties().model());
            var size = model.info().size();
            FrameEncoder encoder = FrameEncoder.open(start.media().formats().getFirst(), size.width(), size.height(), size.fps(),
                    start.media().quality());
            to.attach(new ClientChannel.Output(queue, encoder), () -> greeting(to, model, encoder, greeting), resume == null ? -1
                    : resume.run(), resume == null ? -1 : resume.frame());
        }
        if (closed) {
            to.detach(queue);
        }
        return true;
    }

    private ObjectNode greeting(LiveSession to, ServedModel model, FrameEncoder encoder, String greeting) {
        SessionProperties i = to.properties();
        var size = model.info().size();
        ObjectNode m = SendQueue.message(greeting, startEvent).put("session", i.id()).put("resume_token", i.token()).put("model", i.model())
                .put("model_hash", model.info().hash()).put("size", size.width() + "x" + size.height()).put("fps", i.fps()).put("seed", i.seed())
                .put("block_frames", model.blockFrames()).put("format", encoder.format().text()).put("buffer_frames", i.bufferFrames());
        to.describe(m);
        return m.put("generated", org.praxino.media.GeneratedMetadata.STATEMENT);
    }

    // ------------------------------------------------------------------ the rest

    private void fork(LiveSession from, @Nullable String event) {
        service.factory().fork(from, (second, at) -> queue.send(SendQueue.message("fork.ready", event).put("session", second.properties().id())
                .put("resume_token", second.properties().token()).put("block", at.block()).put("frame", at.frame())), e -> queue.error(e, event));
    }

    private void snapshot(LiveSession of, @Nullable String event) {
        service.sessions().snapshot(of, (file, at) -> queue.send(SendQueue.message("snapshot.ready", event)
                .put("snapshot", file.getFileName().toString().replaceFirst("\\.[a-z]+$", "")).put("bytes", file.toFile().length())
                        .put("block", at.block()).put("frame", at.frame())), e -> queue.error(e, event));
    }

    private void timeline(LiveSession of, @Nullable String event) {
        ObjectNode m = SendQueue.message("session.timeline", event);
        m.set("timeline", org.praxino.io.Json.parse(of.timeline(), "timeline", tools.jackson.databind.JsonNode.class));
        queue.send(m);
    }

    private void stop(LiveSession of, @Nullable String event) {
        long sent = of.frames();
        of.detach(queue);
        meter.finish(of);
        session = null;
        Thread.startVirtualThread(() -> service.sessions().stop(of));
        queue.send(SendQueue.message("session.done", event).put("reason", "stopped").put("frames", sent));
        unregister();
        queue.close(SendQueue.NORMAL, "stopped");
    }

    /** Periodic check of timeouts and the quota. */
    void check(long now) {
        LiveSession current = session;
        if (current != null && meter.check(current)) {
            end(LiveError.fatal("quota_used", meter.message()));
        } else if (session == null && starting == null && now - connected > service.settings().startTimeout().toNanos()) {
            end(LiveError.fatal("start_timeout", "no session was started in " + service.settings().startTimeout().toSeconds() + " seconds"));
        } else if (now - lastMessage > service.settings().idleTimeout().toNanos()) {
            end(LiveError.fatal("idle", "no message came for " + service.settings().idleTimeout().toSeconds()
                    + " seconds: reconnect with the resume token"));
        }
    }

    /** Closes the connection; its session is kept for a while. */
    void end(LiveError fatal) {
        if (!closed) {
            queue.close(fatal);
            onClose();
        }
    }

    @Override
    public void onClose() {
        LiveSession now;
        synchronized (this) {
            closed = true;
            now = session;
        }
        unregister();
        if (now != null) {
            now.detach(queue);
            meter.finish(now);
        }
    }

    private void unregister() {
        closed = true;
        service.sessions().slots().cancel(this);
        service.onDisconnected(this);
    }
}
