package org.praxino.io.torch;

import java.util.Map;
import java.util.Set;

/** Names of unsupported pickle opcodes, as in Python's pickletools. */
final class PickleOpcodes {
    private static final Map<Integer, String> REFUSED = Map.ofEntries(
            Map.entry((int) 'i', "INST"), Map.entry((int) 'o', "OBJ"), Map.entry(0x81, "NEWOBJ"), Map.entry(0x92, "NEWOBJ_EX"),
            Map.entry((int) 'P', "PERSID"), Map.entry(0x82, "EXT1"), Map.entry(0x83, "EXT2"), Map.entry(0x84, "EXT4"),
            Map.entry((int) '2', "DUP"), Map.entry(0x97, "NEXT_BUFFER"), Map.entry(0x98, "READONLY_BUFFER"),
            Map.entry((int) 'S', "STRING"), Map.entry((int) 'V', "UNICODE"), Map.entry((int) 'I', "INT"), Map.entry((int) 'L', "LONG"),
            Map.entry((int) 'F', "FLOAT"), Map.entry((int) 'p', "PUT"), Map.entry((int) 'g', "GET"));

    /** Those that make objects of classes. */
    private static final Set<Integer> CODE = Set.of((int) 'i', (int) 'o', 0x81, 0x92, 0x82, 0x83, 0x84);

    private PickleOpcodes() {}

    static String name(int op) {
        return REFUSED.getOrDefault(op, "0x" + Integer.toHexString(op) + ", which no pickle has");
    }

    static boolean isCode(int op) {
        return CODE.contains(op);
    }
}
