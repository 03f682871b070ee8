package org.praxino.server.live;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.server.metrics.Metrics;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way from a session to the client that is connected, if one is: the numbers of runs, what goes before the first medium, the credit and
 * what is told of it. Under the session's lock, which orders what is sent.
 */
final class Channel {
    /** How long a frame waits for credit before that is told. */
    static final long FLOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** No more than so many times the model's rate. */
    private static final int MOST_SPEED = 4;

    /** Where frames go. */
    record Outlet(Outbox box, Coder coder) {}

    private final double fps;
    private final Metrics metrics;
    private final Credit credit;
    private final long opened = System.nanoTime();
    private @Nullable Outlet outlet;
    private long awaySince = opened;
    private int run;
    private boolean runBegins = true;
    private boolean initTold;
    private boolean flowTold;
    private long lastBlock = -1;
    private long frames;

    /** @param next number of the first frame that comes @param run that it belongs to */
    Channel(Identity identity, Metrics metrics, long next, int run) {
        this.fps = identity.fps();
        this.metrics = metrics;
        this.run = run;
        this.credit = new Credit(identity.bufferFrames(), fps * MOST_SPEED, next);
    }

    // ------------------------------------------------------------------ who is connected

    /** Leads to another client from now on; a new run begins, with a frame of that number. */
    void open(Outlet to, long first) {
        begin(first);
        initTold = false;
        flowTold = false;
        outlet = to;
    }

    boolean connected() {
        return outlet != null;
    }

    boolean leadsTo(Outbox box) {
        return outlet != null && outlet.box == box;
    }

    /** Leads nowhere from now on. */
    void close() {
        if (outlet != null) {
            outlet.coder.close();
            outlet = null;
            awaySince = System.nanoTime();
        }
    }

    /** Since when nobody is connected, on the clock of {@link System#nanoTime}; 0 while somebody is. */
    long awaySince() {
        return outlet == null ? awaySince : 0;
    }

    // ------------------------------------------------------------------ words

    void tell(ObjectNode message) {
        if (outlet != null) {
            outlet.box.send(message);
        }
    }

    void refuse(LiveError why, @Nullable String event) {
        if (outlet != null) {
            outlet.box.error(why, event);
        }
    }

    /** The last word to the client; the connection closes behind it. */
    void end(LiveError fatal) {
        if (outlet != null) {
            outlet.box.close(fatal);
        }
    }

    // ------------------------------------------------------------------ frames

    /** The stream was moved: a new run begins, with a frame of that number, and nothing of its blocks was sent. */
    void moved(long first) {
        begin(first);
        lastBlock = -1;
    }

    private void begin(long first) {
        run++;
        runBegins = true;
        credit.restart(first);
    }

    /** Whether a frame could be put in: somebody is there, and reads. */
    boolean hasRoom() {
        return outlet != null && outlet.box.hasRoom();
    }

    /** How long a frame must wait for credit, 0 for not at all; the client is told when that takes long, and when it is over. */
    long waitNanos(long number) {
        long wait = credit.waitNanos(number);
        if (wait > 0) {
            if (!flowTold && credit.stuckFor(FLOW_NANOS)) {
                flowTold = true;
                tell(Outbox.message("flow.paused", null).put("frame", number));
            }
        } else if (flowTold) {
            flowTold = false;
            tell(Outbox.message("flow.resumed", null).put("frame", number));
        }
        return wait;
    }

    /** Sends a frame that was never sent. */
    void send(Recorder.Sent frame) {
        send(frame, 0);
        frames++;
        lastBlock = frame.block();
    }

    /** Sends a frame that another client may have missed. */
    void sendAgain(Recorder.Sent frame) {
        send(frame, MediaHeader.AGAIN);
    }

    private void send(Recorder.Sent sent, int flags) {
        Outlet to = Objects.requireNonNull(outlet);
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
            int all = flags | (piece.key() ? MediaHeader.KEY : 0) | (sent.last() && !init ? MediaHeader.BLOCK_END : 0)
                    | (runBegins ? MediaHeader.RUN_BEGIN : 0);
            runBegins = false;
            byte[] message = new MediaHeader(piece.kind(), all, run, sent.block(), sent.number(), sent.number() / fps).with(piece.bytes());
            to.box.send(message);
            metrics.sent(to.coder.format().text(), message.length);
        }
        credit.sent(sent.number());
    }

    /** The client shows a frame: more may be sent. */
    void shown(long frame) {
        double lag = credit.shown(frame);
        if (!Double.isNaN(lag)) {
            metrics.displayLag(lag);
        }
    }

    /** Display lag of the last frame that was shown; null before. */
    @Nullable Double lagMillis() {
        return credit.lagMillis();
    }

    /** Number of the frame that comes next. */
    long next() {
        return credit.next();
    }

    int run() {
        return run;
    }

    /** Block of the last frame that was sent for the first time since the stream was moved; -1 before. */
    long lastBlock() {
        return lastBlock;
    }

    /** How many were sent, each counted once. */
    long frames() {
        return frames;
    }
}
