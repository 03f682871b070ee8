package org.praxino.io.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileGuess;

/**
 * A checked header: its tensors lie one after another, without gap or overlap, from the end of the header to the end of the file.
 *
 * @param dataStart where the tensors' bytes begin in the file
 * @param dataSize how many there are
 * @param metadata free text entries, in the order of the file
 * @param tensors by name, in the order of their bytes
 */
record SafetensorsHeader(long dataStart, long dataSize, Map<String, String> metadata, Map<String, TensorEntry> tensors) {

    /** The reference implementation's limit. */
    static final long LENGTH_CAP = 100_000_000;

    /**
     * Reads and checks the header of an open file.
     *
     * @throws MalformedHeaderException saying what is wrong
     */
    static SafetensorsHeader read(FileChannel file) throws IOException {
        long size = file.size();
        if (size < 8) {
            throw notSafetensors(file, "it has " + size + " bytes, but the header's length alone takes 8");
        }
        long length = fill(file, ByteBuffer.allocate(8), 0).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > LENGTH_CAP) {
            throw notSafetensors(file, "its header claims " + Long.toUnsignedString(length) + " bytes, above the limit of "
                    + LENGTH_CAP + ": this is not a safetensors file, or it is damaged");
        }
        if (length > size - 8) {
            throw new MalformedHeaderException("its header claims " + length + " bytes, but only " + (size - 8)
                    + " follow: the file is cut off, or not a safetensors file");
        }
        ByteBuffer bytes = fill(file, ByteBuffer.allocate((int) length), 8);
        return check(8 + length, size - 8 - length, HeaderParser.parse(utf8(bytes)));
    }

    /** @param otherwise what is wrong where the file is nothing that is known */
    private static MalformedHeaderException notSafetensors(FileChannel file, String otherwise) throws IOException {
        @Nullable String known = FileGuess.of(fill(file, ByteBuffer.allocate((int) Math.min(FileGuess.FIRST, file.size())), 0).array());
        return new MalformedHeaderException(known == null ? otherwise : "it " + known);
    }

    private static ByteBuffer fill(FileChannel file, ByteBuffer buffer, long at) throws IOException {
        while (buffer.hasRemaining()) {
            if (file.read(buffer, at + buffer.position()) < 0) {
                throw new MalformedHeaderException("it became shorter while it was read");
            }
        }
        return buffer.flip();
    }

    private static String utf8(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedHeaderException("its header is not UTF-8 text");
        }
    }

    private static SafetensorsHeader check(long dataStart, long dataSize, HeaderParser.Parsed parsed) {
        List<TensorEntry> inOrder = new ArrayList<>(parsed.tensors());
        inOrder.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        for (TensorEntry entry : inOrder) {
            if (entry.end() > dataSize) {
                throw new MalformedHeaderException("tensor \"" + entry.name() + "\" ends at byte " + entry.end()
                        + " of the data, but the file has only "
                        + dataSize + ": it is cut off, so get it again");
            }
        }
        Map<String, TensorEntry> tensors = LinkedHashMap.newLinkedHashMap(inOrder.size());
        long at = 0;
        String before = "the header";
        for (TensorEntry entry : inOrder) {
            if (entry.begin() > at) {
                throw new MalformedHeaderException("there is a hole of " + (entry.begin() - at) + " bytes between " + before + " and tensor \""
                        + entry.name() + "\"");
            }
            if (entry.begin() < at) {
                throw new MalformedHeaderException("tensor \"" + entry.name() + "\" overlaps " + before + " by " + (at - entry.begin()) + " bytes");
            }
            at = entry.end();
            before = "tensor \"" + entry.name() + "\"";
            tensors.put(entry.name(), entry);
        }
        if (at < dataSize) {
            throw new MalformedHeaderException((dataSize - at) + " bytes at its end belong to no tensor");
        }
        return new SafetensorsHeader(
                dataStart, dataSize, Collections.unmodifiableMap(parsed.metadata()), Collections.unmodifiableMap(tensors));
    }
}
