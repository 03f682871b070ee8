package org.praxino.io.torch;

import java.util.Map;

/** Names of unsupported pickle opcodes, as in Python's pickletools. */
final class PickleOpcodes {
    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            Map.entry((int) 'i', "INST"), Map.entry((int) 'o', "OBJ"), Map.entry(0x81, "NEWOBJ"), Map.entry(0x92, "NEWOBJ_EX"),
            Map.entry((int) 'P', "PERSID"), Map.entry(0x82, "EXT1"), Map.entry(0x83, "EXT2"), Map.entry(0x84, "EXT4"),
            Map.entry((int) ']', "EMPTY_LIST"), Map.entry((int) 'l', "LIST"), Map.entry((int) 'a', "APPEND"),
            Map.entry((int) 'e', "APPENDS"), Map.entry(0x8f, "EMPTY_SET"), Map.entry(0x90, "ADDITEMS"), Map.entry(0x91, "FROZENSET"),
            Map.entry((int) 'd', "DICT"), Map.entry((int) '0', "POP"), Map.entry((int) '1', "POP_MARK"), Map.entry((int) '2', "DUP"),
            Map.entry((int) 'B', "BINBYTES"), Map.entry((int) 'C', "SHORT_BINBYTES"), Map.entry(0x8e, "BINBYTES8"),
            Map.entry(0x96, "BYTEARRAY8"), Map.entry(0x97, "NEXT_BUFFER"), Map.entry(0x98, "READONLY_BUFFER"),
            Map.entry((int) 'S', "STRING"), Map.entry((int) 'T', "BINSTRING"), Map.entry((int) 'U', "SHORT_BINSTRING"),
            Map.entry((int) 'V', "UNICODE"), Map.entry(0x8d, "BINUNICODE8"), Map.entry((int) 'I', "INT"), Map.entry((int) 'L', "LONG"),
            Map.entry((int) 'F', "FLOAT"), Map.entry(0x8b, "LONG4"), Map.entry((int) 'p', "PUT"), Map.entry((int) 'g', "GET"));

    private PickleOpcodes() {}

    static String name(int op) {
        return REFUSED.getOrDefault(op, "0x" + Integer.toHexString(op) + ", which no pickle has");
    }
}
