package org.praxino.server.live;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The outgoing message queue of one client; one message is in flight at a time. Media are only added while there is {@linkplain #hasRoom
 * room}; a client that does not read its messages is disconnected. Thread-safe.
 */
final class SendQueue {
    static final int NORMAL = 1000;
    static final int ERROR = 4000;

    private static final int MAX_MESSAGES = 1000;
    private static final long MAX_MESSAGE_BYTES = 1 << 20;
    private static final long MAX_MEDIA_BYTES = 512 << 10;

    /** A text message, a binary message, or the close frame. */
    private record Item(@Nullable String text, byte @Nullable [] bytes, int code) {}

    private final MessageSender sender;
    private final Runnable onRoom;
    private final Deque<Item> items = new ArrayDeque<>();
    private final AtomicInteger pendingDrains = new AtomicInteger();
    private boolean inFlight;
    private boolean closing;
    private int messages;
    private long messageBytes;
    private long mediaBytes;

    /** @param onRoom called when there is room again */
    SendQueue(MessageSender sender, Runnable onRoom) {
        this.sender = sender;
        this.onRoom = onRoom;
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
            full = messages >= MAX_MESSAGES || messageBytes + text.length() > MAX_MESSAGE_BYTES && messages > 0;
            if (!full) {
                messages++;
                messageBytes += text.length();
                items.add(new Item(text, null, 0));
            }
        }
        if (full) {
            close(LiveError.fatal("slow_client", "messages are not read"));
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

    /** Sends an error, then closes; queued media are dropped. */
    void close(LiveError fatal) {
        boolean slow = fatal.code().equals("slow_client");
        if (slow) {
            synchronized (this) {
                closing = true;
                items.clear();
            }
            sender.drop(); // an error message would not be read either
        } else {
            error(fatal, null);
            close(ERROR, fatal.code());
        }
    }

    /** Closes after the queued messages. */
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
        return mediaBytes < MAX_MEDIA_BYTES;
    }

    /** Sends queued messages; not reentrant, so concurrent calls are handled by the active one. */
    private void drain() {
        if (pendingDrains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            Item next = next();
            if (next != null) {
                sendNow(next);
            }
            seen = pendingDrains.addAndGet(-seen);
        } while (seen != 0);
    }

    private synchronized @Nullable Item next() {
        if (inFlight || items.isEmpty()) {
            return null;
        }
        inFlight = true;
        return items.remove();
    }

    private void sendNow(Item item) {
        Runnable broken = sender::drop;
        if (item.bytes != null) {
            sender.binary(ByteBuffer.wrap(item.bytes), () -> onSent(item), broken);
        } else if (item.code != 0) {
            sender.close(item.code, String.valueOf(item.text));
        } else {
            sender.text(String.valueOf(item.text), () -> onSent(item), broken);
        }
    }

    private void onSent(Item item) {
        synchronized (this) {
            inFlight = false;
            if (item.bytes != null) {
                mediaBytes -= item.bytes.length;
            } else {
                messages--;
                messageBytes -= item.text == null ? 0 : item.text.length();
            }
        }
        drain();
        onRoom.run();
    }
}
