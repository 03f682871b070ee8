package org.praxino.io.pull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Disk operations that can fail, replaceable in tests. */
interface DiskOperations {
    /** The one there is. */
    DiskOperations REAL = new DiskOperations() {
        @Override
        public void write(FileChannel file, ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }

        @Override
        public long free(Path folder) throws IOException {
            return Files.getFileStore(folder).getUsableSpace();
        }
    };

    /** Writes all of {@code bytes} at the end of {@code file}. */
    void write(FileChannel file, ByteBuffer bytes) throws IOException;

    /** Bytes that can still be written below {@code folder}. */
    long free(Path folder) throws IOException;
}
