package org.praxino.media;

import static org.bytedeco.ffmpeg.global.avutil.AV_PIX_FMT_YUV420P;
import static org.bytedeco.ffmpeg.global.swscale.SWS_BICUBIC;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;

/** Writes AVIF files of one or more coded pictures (ISO 23008-12). */
final class TestHeif {
    /** @param properties numbers of properties, from 1 */
    private record Item(int id, String type, byte[] data, List<Integer> properties) {}

    private final List<Item> items = new ArrayList<>();
    private final List<byte[]> properties = new ArrayList<>();
    private final List<byte[]> references = new ArrayList<>();

    /** One coded picture. */
    int coded(Frame frame, byte[]... more) throws IOException {
        var own = new ArrayList<byte[]>(List.of(full("ispe", ints(frame.width(), frame.height())),
                box("av1C", new byte[] {(byte) 0x81, 0x20, 0, 0})));
        own.addAll(List.of(more));
        return item("av01", av1(frame), own);
    }

    /** Tiles of one size, row by row, of which the left top part is shown. */
    int grid(List<Integer> tiles, int rows, int columns, int width, int height, byte[]... more) {
        var own = new ArrayList<byte[]>(List.of(full("ispe", ints(width, height))));
        own.addAll(List.of(more));
        var data = ByteBuffer.allocate(8).put(new byte[] {0, 0, (byte) (rows - 1), (byte) (columns - 1)});
        int id = item("grid", data.putShort((short) width).putShort((short) height).array(), own);
        refer("dimg", id, tiles);
        return id;
    }

    static byte[] rotation(int quartersAnticlockwise) {
        return box("irot", new byte[] {(byte) quartersAnticlockwise});
    }

    /** @param axis 0: top and bottom change places; 1: left and right do */
    static byte[] mirror(int axis) {
        return box("imir", new byte[] {(byte) axis});
    }

    static byte[] auxiliary(String kind) {
        return full("auxC", (kind + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    static final String ALPHA = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

    private int item(String type, byte[] data, List<byte[]> own) {
        var numbers = new ArrayList<Integer>();
        for (byte[] property : own) {
            properties.add(property);
            numbers.add(properties.size());
        }
        items.add(new Item(items.size() + 1, type, data, numbers));
        return items.size();
    }

    void refer(String type, int from, List<Integer> to) {
        var data = ByteBuffer.allocate(4 + 2 * to.size()).putShort((short) from).putShort((short) to.size());
        to.forEach(item -> data.putShort(item.shortValue()));
        references.add(box(type, data.array()));
    }

    byte[] file(int primary) {
        byte[] brand = box("ftyp", "avif\0\0\0\0avifmif1miaf".getBytes(StandardCharsets.ISO_8859_1));
        byte[] meta = meta(primary, 0);
        meta = meta(primary, brand.length + meta.length + 8);
        var data = new ByteArrayOutputStream();
        items.forEach(item -> data.writeBytes(item.data));
        return concat(brand, meta, box("mdat", data.toByteArray()));
    }

    private byte[] meta(int primary, int dataAt) {
        var locations = new ByteArrayOutputStream();
        var infos = new ByteArrayOutputStream();
        var uses = new ByteArrayOutputStream();
        int at = dataAt;
        for (Item item : items) {
            locations.writeBytes(ByteBuffer.allocate(14).putShort((short) item.id).putShort((short) 0).putShort((short) 1).putInt(at)
                    .putInt(item.data.length).array());
            at += item.data.length;
            infos.writeBytes(box("infe", concat(new byte[] {2, 0, 0, 0, 0, (byte) item.id, 0, 0}, item.type.getBytes(StandardCharsets.US_ASCII),
                    new byte[1])));
            uses.writeBytes(new byte[] {0, (byte) item.id, (byte) item.properties.size()});
            item.properties.forEach(uses::write);
        }
        byte[] count = ByteBuffer.allocate(2).putShort((short) items.size()).array();
        var parts = new ArrayList<byte[]>(List.of(
                full("hdlr", concat(new byte[4], "pict".getBytes(StandardCharsets.US_ASCII), new byte[13])),
                full("pitm", new byte[] {0, (byte) primary}),
                full("iloc", concat(new byte[] {0x44, 0}, count, locations.toByteArray())),
                full("iinf", concat(count, infos.toByteArray()))));
        if (!references.isEmpty()) {
            parts.add(full("iref", concat(references.toArray(byte[][]::new))));
        }
        parts.add(box("iprp", concat(box("ipco", concat(properties.toArray(byte[][]::new))),
                full("ipma", concat(ints(items.size()), uses.toByteArray())))));
        return full("meta", concat(parts.toArray(byte[][]::new)));
    }

    private static byte[] av1(Frame frame) throws IOException {
        var settings = new EncoderSettings("libaom-av1", AV_PIX_FMT_YUV420P, 1, 1, Map.of("crf", "4", "b", "0", "cpu-used", "8"));
        var out = new ByteArrayOutputStream();
        try (var encoder = Encoder.open(settings, frame.width(), frame.height(), new FrameRate(1, 1), false);
                var scaler = new Scaler(SWS_BICUBIC);
                var scope = new PointerScope();
                var from = NativeFrame.of(frame);
                var to = NativeFrame.allocate(frame.width(), frame.height(), AV_PIX_FMT_YUV420P)) {
            ColourSpace.of(AV_PIX_FMT_YUV420P).tag(to.av());
            scaler.scale(from.av(), to.av());
            Encoder.PacketConsumer keep = packet -> {
                var bytes = new byte[packet.size()];
                packet.data().get(bytes);
                out.writeBytes(bytes);
            };
            encoder.encode(to.av(), 0, keep);
            encoder.finish(keep);
        }
        return out.toByteArray();
    }

    private static byte[] ints(int... values) {
        var out = ByteBuffer.allocate(4 * values.length);
        for (int value : values) {
            out.putInt(value);
        }
        return out.array();
    }

    private static byte[] full(String type, byte[] content) {
        return box(type, concat(new byte[4], content));
    }

    private static byte[] box(String type, byte[] content) {
        return ByteBuffer.allocate(8 + content.length).putInt(8 + content.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(content).array();
    }

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
