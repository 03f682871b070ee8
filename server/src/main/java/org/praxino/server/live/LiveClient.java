package org.praxino.server.live;

import java.nio.ByteBuffer;

/** A client's connection, as far as receiving goes: its messages come in one after the other. */
public interface LiveClient {
    void text(String text);

    void binary(ByteBuffer bytes);

    /** The connection is gone; may be told twice. */
    void closed();
}
