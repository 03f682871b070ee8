package org.praxino.server.live;

import java.nio.ByteBuffer;

/**
 * The 32-byte header of a binary message, big-endian (docs/realtime.md).
 *
 * @param kind of payload
 * @param flags of {@link #KEY} and the others
 * @param run counts from 1
 * @param frame number in the stream, from 0
 * @param seconds playing time
 */
record MediaHeader(int kind, int flags, long run, long block, long frame, double seconds) {
    static final int BYTES = 32;
    static final int VERSION = 1;

    static final int JPEG = 1;
    static final int VP9 = 2;
    static final int MP4_INIT = 4;
    static final int MP4_FRAGMENT = 5;
    static final int INPUT = 16;

    static final int KEY = 1;
    static final int BLOCK_END = 2;
    static final int RUN_BEGIN = 4;
    static final int RESENT = 8;

    private static final long U32 = 0xffff_ffffL;

    byte[] with(byte[] payload) {
        return ByteBuffer.allocate(BYTES + payload.length)
                .put((byte) VERSION).put((byte) kind).putShort((short) flags)
                .putInt((int) run).putInt((int) block).putInt((int) frame).putDouble(seconds)
                .putInt(0).putInt(payload.length).put(payload).array();
    }

    /**
     * Reads the header of an input frame, and leaves the buffer at the payload.
     *
     * @throws LiveError {@code invalid_message}
     */
    static MediaHeader input(ByteBuffer message) {
        if (message.remaining() <= BYTES) {
            throw invalid("has " + message.remaining() + " bytes: a header of " + BYTES + " and a picture are required");
        }
        int version = message.get();
        int kind = message.get() & 0xff;
        int flags = message.getShort() & 0xffff;
        var header = new MediaHeader(kind, flags, message.getInt() & U32, message.getInt() & U32, message.getInt() & U32, message.getDouble());
        int stream = message.getInt();
        long length = message.getInt() & U32;
        if (version != VERSION) {
            throw invalid("is of version " + version + ", not " + VERSION);
        }
        if (kind != INPUT) {
            throw invalid("is of kind " + kind + ": clients send " + INPUT);
        }
        if (flags != 0 || stream != 0) {
            throw invalid("has flags or a stream other than 0");
        }
        if (length != message.remaining()) {
            throw invalid("says that its payload has " + length + " bytes, and it has " + message.remaining());
        }
        return header;
    }

    private static LiveError invalid(String how) {
        return LiveError.of("invalid_message", "the binary message " + how);
    }
}
