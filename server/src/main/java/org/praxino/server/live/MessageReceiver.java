package org.praxino.server.live;

import java.nio.ByteBuffer;

/** Receives a client's messages, one at a time. */
public interface MessageReceiver {
    void onText(String text);

    void onBinary(ByteBuffer bytes);

    /** The connection was closed; may be called twice. */
    void onClose();
}
