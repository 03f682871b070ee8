package org.praxino.io.torch;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The arguments of a pickle's opcodes, read one after the other; fails with {@link BufferUnderflowException} at the end. */
final class PickleBytes {
    private final ByteBuffer in;

    PickleBytes(byte[] pickle) {
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8() {
        return Byte.toUnsignedInt(in.get());
    }

    int u16() {
        return Short.toUnsignedInt(in.getShort());
    }

    int i32() {
        return in.getInt();
    }

    /** A length of eight bytes. */
    int length64() {
        long bytes = in.getLong();
        if (bytes < 0 || bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) bytes;
    }

    /** A fraction, which pickles have big-endian. */
    double fraction() {
        return ByteBuffer.wrap(take(8)).getDouble();
    }

    /** A whole number of so many bytes. */
    Number integer(int bytes) {
        byte[] little = take(bytes);
        byte[] big = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            big[i] = little[bytes - 1 - i];
        }
        BigInteger value = bytes == 0 ? BigInteger.ZERO : new BigInteger(big);
        return value.bitLength() < 64 ? (Number) value.longValue() : value;
    }

    String text(int bytes) {
        return new String(take(bytes), StandardCharsets.UTF_8);
    }

    /** Text up to a line feed. */
    String line() {
        int start = in.position();
        while (u8() != '\n') {}
        return new String(in.array(), start, in.position() - start - 1, StandardCharsets.UTF_8);
    }

    void skip(int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        in.position(in.position() + bytes);
    }

    private byte[] take(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }
}
