package org.praxino.server.live;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Badge;
import org.praxino.media.Frame;
import org.praxino.server.metrics.Metrics;
import org.praxino.stream.Applied;
import org.praxino.stream.PushedFrames;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamSession;
import org.praxino.stream.StreamState;
import org.praxino.stream.StreamedFrame;
import org.praxino.tensor.UserException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stream and who watches it. A thread of its own takes frames as far as the credit goes, codes them and puts them into the outbox of
 * the client that is connected; without one nothing is taken. All that changes is under one lock, which also orders what is sent.
 */
final class LiveSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final long FLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** No more than so many times the model's rate. */
    private static final int MOST_SPEED = 4;

    /** Where frames go. */
    record Outlet(Outbox box, Coder coder) {}

    private final Identity identity;
    private final StreamSession stream;
    private final @Nullable PushedFrames input;
    private final Recorder recorder;
    private final Metrics metrics;
    private final Credit credit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Updates updates = new Updates();
    private final TreeMap<Long, StreamEvent.BlockDone> blocks = new TreeMap<>();
    private final Deque<Recorder.Sent> again = new ArrayDeque<>();
    private final Onlookers onlookers = new Onlookers();
    private final Thread pump;
    private volatile boolean badge;
    private final long opened = System.nanoTime();
    private @Nullable Outlet outlet;
    private int run;
    private long lastBlock = -1;
    private boolean runBegins = true;
    private boolean initTold;
    private int asks;
    private int held; // requests that nothing may be taken during
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private boolean flowTold;
    private long inputDropped;
    private long frames;
    private volatile @Nullable Throwable failure;
    private volatile long awaySince = System.nanoTime();

    /** @param next number of the first frame that comes @param run that it belongs to */
    LiveSession(Identity identity, StreamSession stream, @Nullable PushedFrames input, Recorder recorder, Metrics metrics, long next, int run, boolean paused) {
        this.identity = identity;
        this.stream = stream;
        this.input = input;
        this.recorder = recorder;
        this.metrics = metrics;
        this.run = run;
        this.paused = paused;
        this.credit = new Credit(identity.bufferFrames(), identity.fps() * MOST_SPEED, next);
        this.pump = Thread.ofPlatform().daemon().name("praxino-live-" + identity.id()).unstarted(this::pump);
        stream.onEvent(this::heard);
        if (paused) {
            stillStream();
        }
    }

    void start() {
        pump.start();
    }

    /** The lock of everything that changes, until it is closed. */
    private interface Locked extends AutoCloseable {
        @Override
        void close();
    }

    private Locked locked() {
        lock.lock();
        return lock::unlock;
    }

    Identity identity() {
        return identity;
    }

    /** Marks every frame visibly as generated; before it has a client. */
    void mark(boolean on) {
        badge = on;
    }

    Recorder recorder() {
        return recorder;
    }

    Onlookers onlookers() {
        return onlookers;
    }

    // ------------------------------------------------------------------ who watches

    /**
     * Connects a client; one that was connected is told that it was taken over. A new run begins.
     *
     * @param greeting sent first
     * @param lastRun of the last frame that was shown, or -1 for none
     */
    void attach(Outlet to, Supplier<ObjectNode> greeting, long lastRun, long lastFrame) {
        try (var locked = locked()) {
            Outlet before = outlet;
            if (before != null) {
                before.box.close(LiveError.fatal("taken_over", "this session goes on in another connection"));
                before.coder.close();
            }
            again.clear();
            if (lastRun == run) {
                again.addAll(recorder.after(run, lastFrame));
            }
            run++;
            runBegins = true;
            initTold = false;
            flowTold = false;
            updates.moved();
            credit.restart(again.isEmpty() ? credit.next() : again.getFirst().number());
            outlet = to;
            to.box.send(greeting.get());
            if (!paused) {
                goOn();
            }
            changed.signalAll();
        }
    }

    /** A connection is gone; nothing happens when another one has taken its place. */
    void detach(Outbox box) {
        try (var locked = locked()) {
            if (outlet == null || outlet.box != box) {
                return;
            }
            outlet.coder.close();
            outlet = null;
            awaySince = System.nanoTime();
            stillStream();
        }
    }

    /** Since when nobody is connected, on the clock of {@link System#nanoTime}; 0 while somebody is. */
    long awaySince() {
        try (var locked = locked()) {
            return outlet == null ? awaySince : 0;
        }
    }

    void say(LiveError fatal) {
        try (var locked = locked()) {
            if (outlet != null) {
                outlet.box.close(fatal);
            }
        }
    }

    private void stillStream() {
        try {
            if (stream.state() == StreamState.RUNNING) {
                stream.pause();
            }
        } catch (UserException e) {
            // it has just ended
        }
    }

    private void goOn() {
        try {
            if (stream.state() == StreamState.PAUSED) {
                stream.resume();
            }
        } catch (UserException e) {
            // it has just ended
        }
    }

    /** There may be room in the outbox again. */
    void nudge() {
        try (var locked = locked()) {
            changed.signalAll();
        }
    }

    private void tell(ObjectNode message) {
        if (outlet != null) {
            outlet.box.send(message);
        }
    }

    // ------------------------------------------------------------------ sending

    private void pump() {
        try {
            while (true) {
                boolean more = again() || stream.frames().hasNext();
                try (var locked = locked()) {
                    if (closed) {
                        return;
                    }
                    if (!more && again.isEmpty()) {
                        finish();
                        continue;
                    }
                    step();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable t) {
            broke(t);
        }
    }

    private boolean again() {
        try (var locked = locked()) {
            return !again.isEmpty();
        }
    }

    /** The stream has no more: says so once, and waits until it is moved. */
    private void finish() throws InterruptedException {
        if (stream.state() == StreamState.ENDED && !ended && outlet != null) {
            ended = true;
            tell(state("ended"));
        }
        changed.await(200, TimeUnit.MILLISECONDS);
    }

    private void step() throws InterruptedException {
        Recorder.Sent old = again.peek();
        StreamedFrame fresh = old == null ? stream.frames().peek() : null;
        if (old == null && fresh == null) {
            return;
        }
        long number = old != null ? old.number() : fresh.number();
        if (outlet == null || held > 0 || paused || !outlet.box.hasRoom() || fresh != null && asks > 0 && fresh.block() > lastBlock) {
            changed.await();
            return;
        }
        long wait = credit.waitNanos(number);
        if (wait > 0) {
            flow(number);
            changed.awaitNanos(Math.min(wait, FLOW_NANOS));
            return;
        }
        if (flowTold) {
            flowTold = false;
            tell(Outbox.message("flow.resumed", null).put("frame", number));
        }
        if (old != null) {
            again.remove();
            send(old, MediaHeader.AGAIN);
        } else {
            StreamedFrame next = stream.frames().poll();
            if (next != null) {
                applied(next);
                Frame shown = badge ? Badge.on(next.frame()) : next.frame();
                var sent = new Recorder.Sent(run, next.number(), next.block(), next.last(), shown);
                send(sent, 0);
                recorder.add(sent);
                metrics.dropped("onlooker", onlookers.frame(shown));
                frames++;
                lastBlock = next.block();
                if (next.last()) {
                    done(next.block());
                }
            }
        }
    }

    private void flow(long number) {
        if (!flowTold && credit.stuckFor(FLOW_NANOS)) {
            flowTold = true;
            tell(Outbox.message("flow.paused", null).put("frame", number));
        }
    }

    private void applied(StreamedFrame next) {
        if (next.block() == lastBlock) {
            return;
        }
        for (Updates.Waiting update : updates.due(next.block())) {
            tell(Says.place(Outbox.message("update.applied", update.event()), update.at()).put("run", run));
        }
    }

    private void send(Recorder.Sent sent, int flags) {
        Outlet to = java.util.Objects.requireNonNull(outlet);
        if (runBegins) {
            to.coder.begin();
        }
        if (!initTold) {
            ObjectNode init = Outbox.message("media.init", null).put("format", to.coder.format().text());
            to.coder.describe(init);
            to.box.send(init.put("width", sent.frame().width()).put("height", sent.frame().height()));
            initTold = true;
            metrics.firstFrame(System.nanoTime() - opened);
        }
        for (Coder.Piece piece : to.coder.code(sent.frame())) {
            boolean init = piece.kind() == MediaHeader.MP4_INIT;
            int all = flags | (piece.key() ? MediaHeader.KEY : 0) | (sent.last() && !init ? MediaHeader.BLOCK_END : 0) | (runBegins ? MediaHeader.RUN_BEGIN : 0);
            runBegins = false;
            var header = new MediaHeader(piece.kind(), all, run, sent.block(), sent.number(), sent.number() / identity.fps());
            byte[] message = header.with(piece.bytes());
            to.box.send(message);
            metrics.sent(to.coder.format().text(), message.length);
        }
        credit.sent(sent.number());
    }

    private void done(long block) {
        StreamEvent.BlockDone event = blocks.get(block);
        if (event == null) {
            return; // told as soon as it is known
        }
        blocks.headMap(block, true).clear();
        tell(Says.blockDone(event, run, promptAt(event.firstFrame()), identity.seed(), stream.stats().realtimeFactor(), inputDropped, credit.lagMillis()));
    }

    String promptAt(long frame) {
        double now = frame / identity.fps() + 1e-9;
        return stream.timeline().cues().stream().filter(c -> c.at() <= now).reduce((a, b) -> b).orElseThrow().prompt();
    }

    // ------------------------------------------------------------------ what the stream tells, on the model's threads

    private void heard(StreamEvent event) {
        Thread.startVirtualThread(() -> {
            try (var locked = locked()) {
                hear(event);
            }
        });
    }

    private void hear(StreamEvent event) {
        switch (event) {
            case StreamEvent.BlockDone done -> {
                metrics.block(identity.model(), done.makeMillis(), done.decodeMillis(), done.frames(), stream.stats().realtimeFactor(), done.drift().score());
                blocks.put(done.block(), done);
                while (blocks.size() > 64) {
                    blocks.pollFirstEntry();
                }
                if (done.block() == lastBlock && credit.next() >= done.firstFrame() + done.frames()) {
                    done(done.block()); // its last frame was sent already
                }
            }
            case StreamEvent.StateChanged state -> changed.signalAll();
            case StreamEvent.PromptApplied applied -> {}
            case StreamEvent.Drifted e -> tell(Says.drifted(e));
            case StreamEvent.Reanchored e -> tell(Outbox.message("stream.reanchored", null).put("block", e.block()));
            case StreamEvent.SourceStalled e -> tell(Outbox.message("input.stalled", null).put("seconds", e.seconds()));
            case StreamEvent.SourceEnded e -> tell(Outbox.message("input.ended", null).put("frames", e.frames()).put("problem", e.problem()));
            case StreamEvent.CueFailed e -> tell(Says.cueFailed(e));
        }
    }

    private void broke(Throwable t) {
        try (var locked = locked()) {
            if (closed) {
                return;
            }
            failure = t;
            var problem = Breaks.of(t);
            if (problem.code().equals("internal_error")) {
                LOG.error("live session {} broke", identity.id(), t);
            } else {
                LOG.warn("live session {} broke: {}", identity.id(), problem.getMessage());
            }
            if (problem.code().equals("out_of_memory")) {
                metrics.outOfMemory();
            }
            if (outlet != null) {
                outlet.box.close(problem);
            }
        }
    }

    /** Whether it cannot go on. */
    boolean broken() {
        return failure != null;
    }

    // ------------------------------------------------------------------ what the client asks

    void shown(long ofRun, long frame) {
        try (var locked = locked()) {
            if (ofRun != run) {
                return;
            }
            double lag = credit.shown(frame);
            if (!Double.isNaN(lag)) {
                metrics.displayLag(lag);
            }
            long now = System.nanoTime();
            updates.seen(Math.min(frame, credit.next() - 1)).forEach(u -> metrics.updateVisible(now - u.askedNanos()));
            changed.signalAll();
        }
    }

    void update(Ask ask, @Nullable String event) {
        long now = System.nanoTime();
        try (var locked = locked()) {
            if (ask.strength() != null && input == null) {
                throw LiveError.at("strength", "wrong_state", "this session follows no input: strength has no meaning");
            }
            if (ask.change() != null && ask.change().image() != null && input != null) {
                throw LiveError.at("image", "wrong_state", "this session follows input and takes no picture");
            }
            asks++;
            CompletableFuture<Applied> answer;
            try {
                answer = ask.strength() == null ? stream.change(java.util.Objects.requireNonNull(ask.change()))
                        : ask.change() == null ? stream.strength(ask.strength())
                        : stream.strength(ask.strength()).thenCompose(a -> stream.change(ask.change()));
            } catch (UserException e) {
                asks--;
                throw LiveError.of("wrong_state", e.getMessage());
            }
            boolean newFuture = ask.change() != null && ask.change().when() instanceof org.praxino.stream.Change.Now;
            answer.whenComplete((at, problem) -> updated(event, at, problem, now, newFuture));
        }
    }

    private void updated(@Nullable String event, @Nullable Applied at, @Nullable Throwable problem, long asked, boolean newFuture) {
        try (var locked = locked()) {
            asks--;
            if (at != null) {
                for (Updates.Waiting gone : updates.accept(new Updates.Waiting(event, at, asked), newFuture)) {
                    tell(Says.rejected(gone.event(), LiveError.of("superseded", "another update took its place")));
                }
                tell(Says.place(Outbox.message("update.accepted", event), at));
            } else {
                LiveError why = Breaks.asked(problem);
                tell(Says.rejected(event, why.code().equals("not_possible") ? LiveError.of("invalid_value", why.getMessage()) : why));
            }
            changed.signalAll();
        }
    }

    void pause(@Nullable String event) {
        try (var locked = locked()) {
            if (paused) {
                throw LiveError.of("wrong_state", "the session is paused already");
            }
            if (ended) {
                throw LiveError.of("wrong_state", "the session has ended");
            }
            paused = true;
            stillStream();
            tell(Says.answered(state("paused"), event));
        }
    }

    void resume(@Nullable String event) {
        try (var locked = locked()) {
            if (!paused) {
                throw LiveError.of("wrong_state", "the session is not paused");
            }
            paused = false;
            goOn();
            tell(Says.answered(state(ended ? "ended" : "running"), event));
            changed.signalAll();
        }
    }

    private ObjectNode state(String name) {
        StreamedFrame next = stream.frames().peek();
        return Outbox.message("session.state", null).put("state", name).put("block", next != null ? next.block() : lastBlock + 1).put("frame", credit.next());
    }

    String stateName() {
        try (var locked = locked()) {
            return outlet == null ? "away" : ended ? "ended" : paused ? "paused" : "running";
        }
    }

    void rewind(long block, @Nullable String event) {
        try (var locked = locked()) {
            hold(() -> stream.rewind(block)).whenComplete((at, problem) -> moved(event, at, problem));
        }
    }

    private void moved(@Nullable String event, @Nullable Applied at, @Nullable Throwable problem) {
        try (var locked = locked()) {
            held--;
            if (at != null) {
                run++;
                runBegins = true;
                ended = false;
                lastBlock = -1;
                again.clear();
                blocks.clear();
                updates.moved();
                credit.restart(at.frame());
                tell(Says.answered(Outbox.message("session.rewound", null), event).put("run", run).put("block", at.block()).put("frame", at.frame()));
            } else {
                refuse(event, problem);
            }
            changed.signalAll();
        }
    }

    private void refuse(@Nullable String event, @Nullable Throwable problem) {
        if (outlet != null) {
            outlet.box.error(Breaks.asked(problem), event);
        }
    }

    /** Asks for something during which no frame may be taken; who does must let go. */
    private <T> CompletableFuture<T> hold(Supplier<CompletableFuture<T>> what) {
        try {
            CompletableFuture<T> answer = what.get();
            held++;
            return answer;
        } catch (UserException e) {
            throw LiveError.of("wrong_state", e.getMessage());
        }
    }

    private <T> CompletableFuture<T> held(Supplier<CompletableFuture<T>> what) {
        try (var locked = locked()) {
            return hold(what).whenComplete((value, problem) -> {
                try (var again = locked()) {
                    held--;
                    changed.signalAll();
                }
            });
        }
    }

    /** A second stream that goes on with the frame that would be sent next. @param to is given it, and the number of that frame */
    CompletableFuture<Applied> fork(BiConsumer<StreamSession, Long> to) {
        return held(() -> {
            long next = next();
            long block = state("").get("block").longValue();
            return stream.fork().thenApply(second -> {
                to.accept(second, next);
                return new Applied(block, next, next / identity.fps());
            });
        });
    }

    /** Everything needed to go on, in a file. @param facts is given the number of the next frame once the file is there */
    CompletableFuture<Applied> snapshot(java.nio.file.Path file, LongConsumer facts) {
        return held(() -> {
            long next = next();
            return stream.snapshot(file).thenApply(at -> {
                facts.accept(next);
                return at;
            });
        });
    }

    /** The document of what was played so far. */
    String timeline() {
        return stream.timeline().toJson();
    }

    boolean follows() {
        return input != null;
    }

    /** Hands over an input frame of the model's size. */
    void push(Frame frame) {
        if (input == null) {
            throw LiveError.of("wrong_state", "this session follows no input: start one with \"input\"");
        }
        if (!input.push(frame)) {
            metrics.dropped("input", 1);
            try (var locked = locked()) {
                inputDropped++;
            }
        }
    }

    void endInput() {
        if (input == null) {
            throw LiveError.of("wrong_state", "this session follows no input: there is none to end");
        }
        input.end();
    }

    /** What would be told of it now. */
    void describe(ObjectNode message) {
        try (var locked = locked()) {
            Double strength = stream.timeline().strength();
            message.put("prompt", promptAt(credit.next())).put("run", run).put("frame", credit.next())
                    .put("follows_input", input != null)
                    .put("strength", input == null ? null : strength == null ? (Double) org.praxino.stream.timeline.Timeline.STRENGTH : strength)
                    .put("state", paused ? "paused" : ended ? "ended" : "running");
        }
    }

    /** Number of the frame that the stream gives next. */
    long next() {
        try (var locked = locked()) {
            return again.isEmpty() ? credit.next() : again.getLast().number() + 1;
        }
    }

    int run() {
        try (var locked = locked()) {
            return run;
        }
    }

    long frames() {
        try (var locked = locked()) {
            return frames;
        }
    }

    boolean paused() {
        try (var locked = locked()) {
            return paused;
        }
    }

    /** Frees the stream; waits for the block that is being made. */
    @Override
    public void close() {
        try (var locked = locked()) {
            closed = true;
            if (outlet != null) {
                outlet.coder.close();
                outlet = null;
            }
            changed.signalAll();
        }
        onlookers.close();
        stream.close();
        if (input != null) {
            input.close();
        }
    }
}
