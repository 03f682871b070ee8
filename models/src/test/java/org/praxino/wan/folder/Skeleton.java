package org.praxino.wan.folder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Safetensors files with names and shapes and holes for bytes: a network of any size takes a few kilobytes of disk. */
final class Skeleton {
    private Skeleton() {}

    static Map<String, long[]> renamed(Map<String, long[]> shapes, UnaryOperator<String> name) {
        var all = new LinkedHashMap<String, long[]>();
        shapes.forEach((n, s) -> all.put(name.apply(n), s));
        return all;
    }

    /** @param type {@code F32} or {@code BF16} */
    static Path write(Path file, Map<String, long[]> shapes, String type) throws IOException {
        int each = type.equals("F32") ? 4 : type.startsWith("F8") ? 1 : 2;
        long[] at = {0};
        String json = shapes.entrySet().stream().map(e -> {
            long begin = at[0];
            at[0] += Arrays.stream(e.getValue()).reduce(1, (a, b) -> a * b) * each;
            return "\"" + e.getKey() + "\":{\"dtype\":\"" + type + "\",\"shape\":" + Arrays.toString(e.getValue()) + ",\"data_offsets\":[" + begin + ","
                    + at[0] + "]}";
        }).collect(Collectors.joining(",", "{", "}"));
        byte[] header = json.getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(file.getParent());
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
            out.write(ByteBuffer.wrap(header));
            if (at[0] > 0) {
                out.write(ByteBuffer.allocate(1), 8 + header.length + at[0] - 1);
            }
        }
        return file;
    }
}
