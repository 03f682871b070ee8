package org.praxino.io.events;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.praxino.io.FileErrors;

/**
 * A file of records as TensorFlow frames them: length (8 bytes), masked CRC-32C of the length, the bytes, masked CRC-32C of the
 * bytes, all little-endian. Each record goes to the system in one write.
 */
final class RecordFile implements AutoCloseable {

    private static final int MASK = 0xa282ead8;

    private final Path path;
    private final FileChannel channel;

    /** Begins a new file; there must be none of that name. */
    RecordFile(Path path) {
        this.path = path;
        try {
            this.channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw FileErrors.writing(path, e);
        }
    }

    void write(byte[] record) {
        ByteBuffer framed = frame(record);
        try {
            while (framed.hasRemaining()) {
                channel.write(framed);
            }
        } catch (IOException e) {
            throw FileErrors.writing(path, e);
        }
    }

    static ByteBuffer frame(byte[] record) {
        ByteBuffer framed = ByteBuffer.allocate(8 + 4 + record.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        framed.putLong(record.length);
        framed.putInt(maskedCrc(framed.array(), 8));
        return framed.put(record).putInt(maskedCrc(record, record.length)).flip();
    }

    /** The CRC turned right by 15 bits plus a constant, so that checksums of data holding checksums stay good. */
    static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileErrors.writing(path, e);
        }
    }
}
