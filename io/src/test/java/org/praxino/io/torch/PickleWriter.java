package org.praxino.io.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes checkpoints opcode by opcode, good ones and bad ones. */
final class PickleWriter {
    private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    private final Map<String, byte[]> data = new LinkedHashMap<>();
    private String byteOrder = "little";

    PickleWriter() {
        op(0x80).op(2);
    }

    PickleWriter op(int... codes) {
        for (int code : codes) {
            pickle.write(code);
        }
        return this;
    }

    PickleWriter text(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        op('X').raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
        return raw(utf8);
    }

    PickleWriter number(int n) {
        return op('J').raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(n).array());
    }

    PickleWriter numbers(int... values) {
        op('(');
        for (int v : values) {
            number(v);
        }
        return op('t');
    }

    PickleWriter global(String module, String name) {
        return op('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private PickleWriter raw(byte[] bytes) {
        pickle.writeBytes(bytes);
        return this;
    }

    /** A tensor over the storage {@code key} of {@code count} elements. */
    PickleWriter tensor(String type, String key, int count, int offset, int[] shape, int[] stride) {
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').text("storage").global("torch", type).text(key).text("cpu").number(count).op('t', 'Q');
        number(offset).numbers(shape).numbers(stride).op(0x89);
        return global("collections", "OrderedDict").op(')', 'R', 't', 'R');
    }

    PickleWriter storage(String key, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float v : values) {
            bytes.putFloat(v);
        }
        data.put(key, bytes.array());
        return this;
    }

    PickleWriter byteOrder(String order) {
        byteOrder = order;
        return this;
    }

    Path write(Path file) throws IOException {
        return write(file, ZipEntry.STORED);
    }

    Path write(Path file, int method) throws IOException {
        op('.');
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            entry(zip, method, "archive/data.pkl", pickle.toByteArray());
            entry(zip, method, "archive/byteorder", byteOrder.getBytes(StandardCharsets.US_ASCII));
            for (var e : data.entrySet()) {
                entry(zip, method, "archive/data/" + e.getKey(), e.getValue());
            }
        }
        return file;
    }

    private static void entry(ZipOutputStream zip, int method, String name, byte[] bytes) throws IOException {
        var entry = new ZipEntry(name);
        entry.setMethod(method);
        entry.setSize(bytes.length);
        if (method == ZipEntry.STORED) {
            var crc = new CRC32();
            crc.update(bytes);
            entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
