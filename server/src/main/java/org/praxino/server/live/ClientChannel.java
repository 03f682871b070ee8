package org.praxino.server.live;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.praxino.server.metrics.Metrics;
import tools.jackson.databind.node.ObjectNode;

/**
 * A session's channel to its connected client, if any: run numbers, initialisation messages and flow control. Guarded by the session's
 * lock, which also orders messages.
 */
final class ClientChannel {
    /** How long a frame may be blocked by flow control before the client is notified. */
    static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Maximum sending rate as a multiple of the frame rate. */
    private static final int MAX_SPEED = 4;

    /** Where messages and frames go. */
    record Output(SendQueue queue, FrameEncoder encoder) {}

    private final double fps;
    private final Metrics metrics;
    private final FlowControl flow;
    private final long opened = System.nanoTime();
    private @Nullable Output output;
    private long disconnectedSince = opened;
    private int run;
    private boolean runBegins = true;
    private boolean initSent;
    private boolean pauseSent;
    private long lastBlock = -1;
    private long frames;

    /** @param next number of the next frame @param run that it belongs to */
    ClientChannel(SessionProperties properties, Metrics metrics, long next, int run) {
        this.fps = properties.fps();
        this.metrics = metrics;
        this.run = run;
        this.flow = new FlowControl(properties.bufferFrames(), fps * MAX_SPEED, next);
    }

    // ------------------------------------------------------------------ connection

    /** Connects a client and begins a new run at frame {@code first}. */
    void open(Output to, long first) {
        beginRun(first);
        initSent = false;
        pauseSent = false;
        output = to;
    }

    boolean connected() {
        return output != null;
    }

    boolean sendsTo(SendQueue queue) {
        return output != null && output.queue == queue;
    }

    /** Disconnects the client. */
    void close() {
        if (output != null) {
            output.encoder.close();
            output = null;
            disconnectedSince = System.nanoTime();
        }
    }

    /** When the client disconnected, on the clock of {@link System#nanoTime}; 0 while connected. */
    long disconnectedSince() {
        return output == null ? disconnectedSince : 0;
    }

    // ------------------------------------------------------------------ messages

    void sendMessage(ObjectNode message) {
        if (output != null) {
            output.queue.send(message);
        }
    }

    void sendError(LiveError error, @Nullable String event) {
        if (output != null) {
            output.queue.error(error, event);
        }
    }

    /** Sends a fatal error and closes the connection. */
    void closeWith(LiveError fatal) {
        if (output != null) {
            output.queue.close(fatal);
        }
    }

    // ------------------------------------------------------------------ frames

    /** The stream was rewound: begins a new run at frame {@code first}. */
    void seeked(long first) {
        beginRun(first);
        lastBlock = -1;
    }

    private void beginRun(long first) {
        run++;
        runBegins = true;
        flow.restart(first);
    }

    /** Whether a client is connected and its queue has room. */
    boolean hasRoom() {
        return output != null && output.queue.hasRoom();
    }

    /** How long flow control blocks a frame, 0 for not at all. Notifies the client when it blocks for long, and when it resumes. */
    long waitNanos(long number) {
        long wait = flow.waitNanos(number);
        if (wait > 0) {
            if (!pauseSent && flow.isStalledFor(STALL_NANOS)) {
                pauseSent = true;
                sendMessage(SendQueue.message("flow.paused", null).put("frame", number));
            }
        } else if (pauseSent) {
            pauseSent = false;
            sendMessage(SendQueue.message("flow.resumed", null).put("frame", number));
        }
        return wait;
    }

    /** Sends a frame for the first time. */
    void send(RecordingBuffer.SentFrame frame) {
        send(frame, 0);
        frames++;
        lastBlock = frame.block();
    }

    /** Sends a frame again that may have been lost. */
    void resend(RecordingBuffer.SentFrame frame) {
        send(frame, MediaHeader.RESENT);
    }

    private void send(RecordingBuffer.SentFrame sent, int flags) {
        if (output != null) {
            send(output, sent, flags);
        }
        flow.onSent(sent.number()); // lost if the client has disconnected, and sent again to one that comes back
    }

    private void send(Output to, RecordingBuffer.SentFrame sent, int flags) {
        if (runBegins) {
            to.encoder.beginRun();
        }
        if (!initSent) {
            ObjectNode init = SendQueue.message("media.init", null).put("format", to.encoder.format().text());
            to.encoder.describe(init);
            to.queue.send(init.put("width", sent.frame().width()).put("height", sent.frame().height()));
            initSent = true;
            metrics.firstFrame(System.nanoTime() - opened);
            if (output != to) {
                return; // sending failed, which disconnected the client and closed its encoder
            }
        }
        for (FrameEncoder.Payload piece : to.encoder.encode(sent.frame())) {
            boolean init = piece.kind() == MediaHeader.MP4_INIT;
            int all = flags | (piece.key() ? MediaHeader.KEY : 0) | (sent.last() && !init ? MediaHeader.BLOCK_END : 0)
                    | (runBegins ? MediaHeader.RUN_BEGIN : 0);
            runBegins = false;
            byte[] message = new MediaHeader(piece.kind(), all, run, sent.block(), sent.number(), sent.number() / fps).with(piece.bytes());
            to.queue.send(message);
            metrics.sent(to.encoder.format().text(), message.length);
        }
    }

    /** The client displayed a frame. */
    void onFrameShown(long frame) {
        double lag = flow.onShown(frame);
        if (!Double.isNaN(lag)) {
            metrics.displayLag(lag);
        }
    }

    /** Display lag of the last displayed frame, or null. */
    @Nullable Double lagMillis() {
        return flow.lagMillis();
    }

    /** Number of the next frame. */
    long next() {
        return flow.next();
    }

    int run() {
        return run;
    }

    /** Block of the last frame sent since the last rewind; -1 before. */
    long lastBlock() {
        return lastBlock;
    }

    /** Number of frames sent, without repetitions. */
    long frames() {
        return frames;
    }
}
