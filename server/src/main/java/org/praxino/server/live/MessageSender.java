package org.praxino.server.live;

import java.nio.ByteBuffer;

/** Sends messages to a client, one in flight at a time. Exactly one callback is called per message. */
public interface MessageSender {
    void text(String text, Runnable sent, Runnable broken);

    void binary(ByteBuffer bytes, Runnable sent, Runnable broken);

    /** Closes with a code and reason. */
    void close(int code, String reason);

    /** Drops the connection. */
    void drop();
}
