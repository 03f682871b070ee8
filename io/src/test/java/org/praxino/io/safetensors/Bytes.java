package org.praxino.io.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Safetensors files made by hand, right or wrong. */
final class Bytes {

    private Bytes() {}

    static Path file(Path dir, String header, int dataBytes) throws IOException {
        return file(dir, header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    static Path file(Path dir, byte[] header, int dataBytes) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        all.putLong(header.length).put(header);
        return Files.write(dir.resolve("x.safetensors"), all.array());
    }

    static String tensor(String name, String dtype, String shape, String offsets) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}".formatted(name, dtype, shape, offsets);
    }
}
