package org.praxino.io.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Walks the fields of one protobuf message in memory (protobuf encoding guide: tag, then varint, fixed or delimited bytes). */
final class ProtoReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int DELIMITED = 2;
    static final int FIXED32 = 5;

    private final MemorySegment message;
    private long at;
    private int field;
    private int wire;

    ProtoReader(MemorySegment message) {
        this.message = message;
    }

    boolean hasMore() {
        return at < message.byteSize();
    }

    /** Moves to the next field; false at the end. Its value must then be read or skipped. */
    boolean next() {
        if (!hasMore()) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wire = (int) (tag & 7);
        if (field == 0) {
            throw new IllegalArgumentException("field number 0 at byte " + at);
        }
        return true;
    }

    int field() {
        return field;
    }

    int wire() {
        return wire;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!hasMore()) {
                throw new IllegalArgumentException("a number is cut off at byte " + at);
            }
            byte b = message.get(ValueLayout.JAVA_BYTE, at++);
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than 10 bytes before byte " + at);
    }

    MemorySegment bytes() {
        if (wire != DELIMITED) {
            throw new IllegalArgumentException("field " + field + " should hold bytes but has wire type " + wire);
        }
        return take(varint());
    }

    String text() {
        return new String(bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    void skip() {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> take(8);
            case DELIMITED -> take(varint());
            case FIXED32 -> take(4);
            default -> throw new IllegalArgumentException("wire type " + wire + " at byte " + at);
        }
    }

    private MemorySegment take(long length) {
        if (length < 0 || length > message.byteSize() - at) {
            throw new IllegalArgumentException(Long.toUnsignedString(length) + " bytes claimed at byte " + at + " of " + message.byteSize());
        }
        MemorySegment slice = message.asSlice(at, length);
        at += length;
        return slice;
    }
}
