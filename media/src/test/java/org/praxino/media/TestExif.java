package org.praxino.media;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Puts EXIF data with an orientation into JPEG, PNG and WebP files. */
final class TestExif {
    private TestExif() {}

    /** TIFF data with a directory of the software and the orientation. */
    static byte[] tiff(ByteOrder order, int type, int count, int orientation) {
        var tiff = ByteBuffer.allocate(8 + 2 + 2 * 12 + 4).order(order);
        tiff.putShort((short) (order == ByteOrder.LITTLE_ENDIAN ? 0x4949 : 0x4d4d)).putShort((short) 42).putInt(8).putShort((short) 2);
        tiff.putShort((short) 0x0112).putShort((short) type).putInt(count);
        if (type == 3) {
            tiff.putShort((short) orientation).putShort((short) 0);
        } else {
            tiff.putInt(orientation);
        }
        tiff.putShort((short) 0x0131).putShort((short) 2).putInt(3).put("me\0\0".getBytes(StandardCharsets.US_ASCII));
        return tiff.array();
    }

    static byte[] tiff(ByteOrder order, int orientation) {
        return tiff(order, 3, 1, orientation);
    }

    /** A JPEG's segment behind its start marker. */
    static byte[] intoJpeg(byte[] jpeg, byte[] tiff) {
        var out = new ByteArrayOutputStream();
        out.write(jpeg, 0, 2);
        out.writeBytes(ByteBuffer.allocate(10).put((byte) 0xff).put((byte) 0xe1).putShort((short) (tiff.length + 8))
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).array());
        out.writeBytes(tiff);
        out.write(jpeg, 2, jpeg.length - 2);
        return out.toByteArray();
    }

    /** A chunk before the pixels, or before the end. */
    static byte[] intoPng(byte[] png, byte[] tiff, boolean before) throws IOException {
        int at = before ? PngChunks.SIGNATURE.length + 25 : png.length - 12;
        var out = new ByteArrayOutputStream();
        out.write(png, 0, at);
        out.writeBytes(PngChunks.chunk("eXIf", tiff));
        out.write(png, at, png.length - at);
        return out.toByteArray();
    }

    /** An extended WebP of a simple one, whose header says or does not say that EXIF follows. */
    static byte[] intoWebp(byte[] webp, byte[] exif, boolean declared) {
        WebpHeader header = WebpHeader.parse(webp);
        byte[] pixels = header.extended() ? Arrays.copyOfRange(webp, 30, webp.length) : Arrays.copyOfRange(webp, 12, webp.length);
        byte[] extension = header.extension(declared ? 8 : 0);
        int odd = exif.length % 2;
        var out = ByteBuffer.allocate(12 + extension.length + pixels.length + 8 + exif.length + odd).order(ByteOrder.LITTLE_ENDIAN);
        out.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(out.capacity() - 8).put("WEBP".getBytes(StandardCharsets.US_ASCII));
        out.put(extension).put(pixels).put("EXIF".getBytes(StandardCharsets.US_ASCII)).putInt(exif.length).put(exif);
        return out.array();
    }
}
