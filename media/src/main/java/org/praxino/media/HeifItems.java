package org.praxino.media;

import java.io.EOFException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which items of a HEIF file (HEIC, AVIF; ISO 23008-12 and ISO 14496-12, section 8.11) make its picture. FFmpeg gives the items, but not
 * which of them is the transparency of which.
 *
 * @param primary number of the item to show
 * @param alpha number of the item with its transparency, or 0
 * @param premultiplied true if colours are stored times transparency
 */
record HeifItems(long primary, long alpha, boolean premultiplied) {
    private static final int LONGEST = 16 << 20;
    private static final int MOST_BOXES = 10_000;
    private static final List<String> ALPHA =
            List.of("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", "urn:mpeg:hevc:2015:auxid:1");

    /** A reference from one item to others. */
    private record Reference(String type, long from, List<Long> to) {}

    /** True for a file of this family that has pictures and no film. */
    static boolean isStill(Path file) {
        try {
            return meta(file) != null;
        } catch (IOException e) {
            return false; // the decoder will say what is wrong
        }
    }

    /** Fails with {@link MediaException} if the file does not say what to show. */
    static HeifItems read(Path file) {
        try {
            ByteBuffer meta = meta(file);
            if (meta != null) {
                return parse(meta);
            }
            throw new EOFException("it has no list of pictures");
        } catch (IOException | BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new MediaException("cannot read '" + file + "': it is damaged or cut short", e);
        } catch (UnsupportedOperationException e) {
            throw new MediaException("cannot read '" + file + "': " + e.getMessage(), e);
        }
    }

    /** The content of the file's box {@code meta}; null if there is none, or a film. */
    private static @Nullable ByteBuffer meta(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer found = null;
            long at = 0;
            for (int boxes = 0; boxes < MOST_BOXES && at + 8 <= channel.size(); boxes++) {
                ByteBuffer head = read(channel, at, (int) Math.min(16, channel.size() - at));
                long size = Integer.toUnsignedLong(head.getInt());
                String type = name(head);
                int header = size == 1 ? 16 : 8;
                size = size == 1 && head.remaining() == 8 ? head.getLong() : size == 0 ? channel.size() - at : size;
                if (size < header) {
                    break;
                }
                if (type.equals("moov") || type.equals("moof")) {
                    return null;
                }
                if (type.equals("meta") && found == null && size - header <= LONGEST) {
                    found = read(channel, at + header, (int) Math.min(size - header, channel.size() - at - header));
                }
                at += size;
            }
            return found;
        }
    }

    private static ByteBuffer read(FileChannel channel, long at, int length) throws IOException {
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, at + bytes.position()) < 0) {
                throw new EOFException("the file got shorter");
            }
        }
        return bytes.flip();
    }

    private static String name(ByteBuffer in) {
        var four = new byte[4];
        in.get(four);
        return new String(four, StandardCharsets.ISO_8859_1);
    }

    private static HeifItems parse(ByteBuffer meta) {
        meta.getInt(); // version and flags
        Map<String, ByteBuffer> boxes = boxes(meta);
        ByteBuffer pitm = required(boxes, "pitm");
        boolean wide = pitm.getInt() >>> 24 != 0;
        long primary = number(pitm, wide);
        List<Reference> references = boxes.containsKey("iref") ? references(required(boxes, "iref")) : List.of();
        List<Long> alphas = alphas(boxes(required(boxes, "iprp")));
        long alpha = 0;
        for (Reference each : references) {
            if (each.type.equals("auxl") && alphas.contains(each.from)) {
                if (each.to.contains(primary)) {
                    alpha = each.from;
                } else if (references.stream().anyMatch(r -> r.type.equals("dimg") && r.from == primary && each.to.stream().anyMatch(r.to::contains))) {
                    throw new UnsupportedOperationException("each of its tiles has a transparency of its own, which Praxino does not read: "
                            + "save it as PNG");
                }
            }
        }
        long mask = alpha;
        boolean premultiplied = references.stream().anyMatch(r -> r.type.equals("prem") && r.from == primary && r.to.contains(mask));
        return new HeifItems(primary, alpha, premultiplied);
    }

    private static ByteBuffer required(Map<String, ByteBuffer> boxes, String type) {
        ByteBuffer box = boxes.get(type);
        if (box == null) {
            throw new IllegalArgumentException("no box " + type);
        }
        return box;
    }

    private static long number(ByteBuffer in, boolean wide) {
        return wide ? Integer.toUnsignedLong(in.getInt()) : Short.toUnsignedLong(in.getShort());
    }

    /** The first box of each type. */
    private static Map<String, ByteBuffer> boxes(ByteBuffer in) {
        var found = new HashMap<String, ByteBuffer>();
        while (in.remaining() >= 8) {
            Box box = Box.next(in);
            found.putIfAbsent(box.type, box.content);
        }
        return found;
    }

    private record Box(String type, ByteBuffer content) {
        static Box next(ByteBuffer in) {
            long size = Integer.toUnsignedLong(in.getInt());
            String type = name(in);
            long content = size == 1 ? in.getLong() - 16 : size == 0 ? in.remaining() : size - 8;
            if (content < 0 || content > in.remaining()) {
                throw new IllegalArgumentException("box " + type + " is longer than what holds it");
            }
            ByteBuffer inner = in.slice(in.position(), (int) content);
            in.position(in.position() + (int) content);
            return new Box(type, inner);
        }
    }

    private static List<Reference> references(ByteBuffer iref) {
        boolean wide = iref.getInt() >>> 24 != 0;
        var found = new ArrayList<Reference>();
        while (iref.remaining() >= 8) {
            Box box = Box.next(iref);
            long from = number(box.content, wide);
            int count = Short.toUnsignedInt(box.content.getShort());
            var to = new ArrayList<Long>();
            for (int i = 0; i < count; i++) {
                to.add(number(box.content, wide));
            }
            found.add(new Reference(box.type, from, to));
        }
        return found;
    }

    /** The items that say they are transparency. */
    private static List<Long> alphas(Map<String, ByteBuffer> iprp) {
        var isAlpha = new ArrayList<Boolean>(); // by number of the property, from 1
        ByteBuffer ipco = required(iprp, "ipco");
        while (ipco.remaining() >= 8) {
            Box box = Box.next(ipco);
            isAlpha.add(box.type.equals("auxC") && ALPHA.contains(text(box.content)));
        }
        ByteBuffer ipma = required(iprp, "ipma");
        int head = ipma.getInt();
        boolean wide = head >>> 24 != 0;
        boolean longIndex = (head & 1) != 0;
        var found = new ArrayList<Long>();
        for (long items = Integer.toUnsignedLong(ipma.getInt()); items > 0; items--) {
            long item = number(ipma, wide);
            for (int count = Byte.toUnsignedInt(ipma.get()); count > 0; count--) {
                int index = longIndex ? ipma.getShort() & 0x7fff : ipma.get() & 0x7f; // the top bit says that it must be understood
                if (index >= 1 && index <= isAlpha.size() && isAlpha.get(index - 1)) {
                    found.add(item);
                }
            }
        }
        return found;
    }

    /** The text behind version and flags, up to its zero. */
    private static String text(ByteBuffer box) {
        var all = new byte[box.remaining()];
        box.get(all);
        int end = 4;
        while (end < all.length && all[end] != 0) {
            end++;
        }
        return all.length < 4 ? "" : new String(all, 4, end - 4, StandardCharsets.US_ASCII);
    }
}
