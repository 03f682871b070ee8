package org.praxino.server.live;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What waits to be sent to one client, in order, one message on the way at a time. Media are only put in while there is
 * {@linkplain #hasRoom room}; a client that reads none of its answers is cut off. For any threads.
 */
final class Outbox {
    static final int NORMAL = 1000;
    static final int ERROR = 4000;

    private static final int MOST_ANSWERS = 1000;
    private static final long MOST_ANSWER_BYTES = 1 << 20;
    private static final long MEDIA_BYTES = 512 << 10;

    /** One of the three: text, bytes, or the end. */
    private record Item(@Nullable String text, byte @Nullable [] bytes, int code) {}

    private final Outgoing wire;
    private final Runnable drained;
    private final Deque<Item> items = new ArrayDeque<>();
    private final AtomicInteger turns = new AtomicInteger();
    private boolean onItsWay;
    private boolean closing;
    private int answers;
    private long answerBytes;
    private long mediaBytes;

    /** @param drained told when there is room again */
    Outbox(Outgoing wire, Runnable drained) {
        this.wire = wire;
        this.drained = drained;
    }

    static ObjectNode message(String type, @Nullable String event) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("type", type);
        return event == null ? node : node.put("event_id", event);
    }

    void send(ObjectNode message) {
        String text = message.toString();
        boolean full;
        synchronized (this) {
            if (closing) {
                return;
            }
            full = answers >= MOST_ANSWERS || answerBytes + text.length() > MOST_ANSWER_BYTES && answers > 0;
            if (!full) {
                answers++;
                answerBytes += text.length();
                items.add(new Item(text, null, 0));
            }
        }
        if (full) {
            close(LiveError.fatal("slow_client", "answers are not read"));
        } else {
            drain();
        }
    }

    void send(byte[] media) {
        synchronized (this) {
            if (closing) {
                return;
            }
            mediaBytes += media.length;
            items.add(new Item(null, media, 0));
        }
        drain();
    }

    void error(LiveError error, @Nullable String event) {
        send(message("error", event).put("code", error.code()).put("message", error.getMessage()).put("param", error.param())
                .put("fatal", error.isFatal()));
    }

    /** Says why, then closes; what waits behind is dropped. */
    void close(LiveError fatal) {
        boolean slow = fatal.code().equals("slow_client");
        if (slow) {
            synchronized (this) {
                closing = true;
                items.clear();
            }
            wire.drop(); // a word would wait behind what is not read
        } else {
            error(fatal, null);
            close(ERROR, fatal.code());
        }
    }

    /** Closes after what waits. */
    void close(int code, String reason) {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
            items.removeIf(i -> i.bytes != null);
            items.add(new Item(reason, null, code));
        }
        drain();
    }

    synchronized boolean hasRoom() {
        return mediaBytes < MEDIA_BYTES;
    }

    /** Never calls itself: what comes in while it works is done by the one who works. */
    private void drain() {
        if (turns.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            Item next = next();
            if (next != null) {
                transmit(next);
            }
            seen = turns.addAndGet(-seen);
        } while (seen != 0);
    }

    private synchronized @Nullable Item next() {
        if (onItsWay || items.isEmpty()) {
            return null;
        }
        onItsWay = true;
        return items.remove();
    }

    private void transmit(Item item) {
        Runnable broken = wire::drop;
        if (item.bytes != null) {
            wire.binary(ByteBuffer.wrap(item.bytes), () -> sent(item), broken);
        } else if (item.code != 0) {
            wire.close(item.code, String.valueOf(item.text));
        } else {
            wire.text(String.valueOf(item.text), () -> sent(item), broken);
        }
    }

    private void sent(Item item) {
        synchronized (this) {
            onItsWay = false;
            if (item.bytes != null) {
                mediaBytes -= item.bytes.length;
            } else {
                answers--;
                answerBytes -= item.text == null ? 0 : item.text.length();
            }
        }
        drain();
        drained.run();
    }
}
