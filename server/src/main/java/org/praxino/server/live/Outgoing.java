package org.praxino.server.live;

import java.nio.ByteBuffer;

/** A client's connection, as far as sending goes; one message is on the way at a time. Exactly one of the callbacks is told of each. */
public interface Outgoing {
    void text(String text, Runnable sent, Runnable broken);

    void binary(ByteBuffer bytes, Runnable sent, Runnable broken);

    /** Says goodbye and closes. */
    void close(int code, String reason);

    /** Closes without a word. */
    void drop();
}
