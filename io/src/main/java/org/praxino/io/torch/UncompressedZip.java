package org.praxino.io.torch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileGuess;

/**
 * The entries of a zip archive that holds them uncompressed, as PyTorch writes it, located through the central directory (APPNOTE
 * 6.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16), so that each is a piece of the mapped file. Sizes above 4 GiB are fine.
 */
final class UncompressedZip {
    private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_HERE = 0xffff_ffffL; // the number stands in the zip64 field

    private final MemorySegment file;
    private final Map<String, MemorySegment> entries = new LinkedHashMap<>();

    /** @throws UnsupportedPickleException when this is no whole archive of uncompressed entries */
    UncompressedZip(MemorySegment file) {
        this.file = file;
        if (file.byteSize() < 22 || u32(0) != 0x04034b50L) {
            throw new UnsupportedPickleException(notAZip());
        }
        try {
            readDirectory();
        } catch (IndexOutOfBoundsException e) {
            throw new UnsupportedPickleException("its directory points beyond the file: the file is damaged or cut off");
        }
    }

    private String notAZip() {
        long start = file.byteSize() < 9 ? 0 : file.get(U64, 0);
        if (start > 0 && start < 100_000_000 && file.get(JAVA_BYTE, 8) == '{') {
            return "it is a safetensors file: give it that extension";
        }
        @Nullable String known = FileGuess.of(file.asSlice(0, Math.min(FileGuess.FIRST, file.byteSize())).toArray(JAVA_BYTE));
        return known != null ? "it " + known : "it does not begin like a zip archive, which PyTorch's checkpoints are";
    }

    private void readDirectory() {
        long end = endRecord();
        long count = u16(end + 10);
        long at = u32(end + 16);
        if (end >= 20 && u32(end - 20) == 0x07064b50L) { // zip64 locator
            long end64 = file.get(U64, end - 20 + 8);
            if (end64 < 0 || end64 > end || u32(end64) != 0x06064b50L) {
                throw new UnsupportedPickleException("its zip64 directory is damaged");
            }
            count = file.get(U64, end64 + 32);
            at = file.get(U64, end64 + 48);
        }
        for (long i = 0; i < count; i++) {
            if (u32(at) != 0x02014b50L) {
                throw new UnsupportedPickleException("its directory is damaged at entry " + (i + 1) + " of " + count);
            }
            at = readEntry(at);
        }
    }

    /** The end of the central directory: the last thing in the file but for a comment. */
    private long endRecord() {
        for (long at = file.byteSize() - 22; at >= Math.max(0, file.byteSize() - 22 - 0xffff); at--) {
            if (u32(at) == 0x06054b50L) {
                return at;
            }
        }
        throw new UnsupportedPickleException("it has no directory at its end: the file is cut off, so get it again");
    }

    /** @return where the next entry of the directory begins */
    private long readEntry(long at) {
        int method = u16(at + 10);
        long packed = u32(at + 20);
        long size = u32(at + 24);
        int nameLength = u16(at + 28);
        int extraLength = u16(at + 30);
        long local = u32(at + 42);
        String name = new String(bytes(at + 46, nameLength), StandardCharsets.UTF_8);
        long extra = at + 46 + nameLength;
        for (long e = extra; e + 4 <= extra + extraLength; e += 4 + u16(e + 2)) {
            if (u16(e) == 0x0001) {
                long field = e + 4;
                if (size == NOT_HERE) {
                    size = file.get(U64, field);
                    field += 8;
                }
                if (packed == NOT_HERE) {
                    packed = file.get(U64, field);
                    field += 8;
                }
                if (local == NOT_HERE) {
                    local = file.get(U64, field);
                }
            }
        }
        if (method != 0 || packed != size) {
            throw new UnsupportedPickleException("its entry \"" + name + "\" is compressed, which PyTorch's checkpoints are not");
        }
        if (local < 0 || local + 30 > file.byteSize() || u32(local) != 0x04034b50L) {
            throw new UnsupportedPickleException("its entry \"" + name + "\" lies outside of the file: the file is damaged or cut off");
        }
        long data = local + 30 + u16(local + 26) + u16(local + 28);
        if (size < 0 || data + size > file.byteSize()) {
            throw new UnsupportedPickleException("its entry \"" + name + "\" ends beyond the file: the file is cut off, so get it again");
        }
        if (entries.put(name, file.asSlice(data, size).asReadOnly()) != null) {
            throw new UnsupportedPickleException("it has two entries \"" + name + "\"");
        }
        return extra + extraLength + u16(at + 32);
    }

    /** Every entry by its name, in the order of the directory. */
    Map<String, MemorySegment> entries() {
        return entries;
    }

    @Nullable MemorySegment entry(String name) {
        return entries.get(name);
    }

    private int u16(long at) {
        return Short.toUnsignedInt(file.get(U16, at));
    }

    private long u32(long at) {
        return Integer.toUnsignedLong(file.get(U32, at));
    }

    private byte[] bytes(long at, int length) {
        return file.asSlice(at, length).toArray(JAVA_BYTE);
    }
}
