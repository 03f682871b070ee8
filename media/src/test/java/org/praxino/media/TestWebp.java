package org.praxino.media;

import io.github.humbleui.skija.Bitmap;
import io.github.humbleui.skija.ColorAlphaType;
import io.github.humbleui.skija.ColorType;
import io.github.humbleui.skija.Data;
import io.github.humbleui.skija.EncodeWEBPCompressionMode;
import io.github.humbleui.skija.EncodeWEBPOptions;
import io.github.humbleui.skija.EncoderWEBP;
import io.github.humbleui.skija.Image;
import io.github.humbleui.skija.ImageInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes lossless WebP files: stills through Skia, animations by wrapping stills in the container's animation chunks. */
final class TestWebp {

    /** A frame: straight RGBA at an even offset of the canvas. */
    record Piece(int x, int y, int width, int height, byte[] rgba, int millis, boolean blend, boolean disposeToBackground) {}

    private TestWebp() {}

    /** Writes still.webp and moving.webp, which the tests of other modules read, into the folder given. */
    static void main(String[] folder) throws IOException {
        int size = 16;
        Files.write(Path.of(folder[0], "still.webp"), still(size, size, filled(size, size, 200, 100, 50, 255)));
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < 6; i++) { // a square that moves right, 24 frames a second
            byte[] canvas = new byte[size * size * 4];
            for (int y = 4; y < 12; y++) {
                for (int x = i; x < i + 8; x++) {
                    System.arraycopy(new byte[] {(byte) 220, 30, (byte) (20 * i), (byte) 255}, 0, canvas, (y * size + x) * 4, 4);
                }
            }
            pieces.add(new Piece(0, 0, size, size, canvas, 42, false, false));
        }
        Files.write(Path.of(folder[0], "moving.webp"), animation(size, size, pieces));
    }

    static byte[] still(int width, int height, byte[] rgba) {
        try (Bitmap bitmap = new Bitmap()) {
            bitmap.installPixels(new ImageInfo(width, height, ColorType.RGBA_8888, ColorAlphaType.UNPREMUL), rgba, width * 4L);
            try (Image image = Image.makeRasterFromBitmap(bitmap.setImmutable());
                    Data data = EncoderWEBP.encode(image, new EncodeWEBPOptions(EncodeWEBPCompressionMode.LOSSLESS, 100))) {
                return data.getBytes();
            }
        }
    }

    static byte[] animation(int width, int height, List<Piece> pieces) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        ByteBuffer extended = le(10).put((byte) 0x12).put(new byte[3]); // animation and alpha
        put24(extended, width - 1);
        put24(extended, height - 1);
        chunk(body, "VP8X", extended.array());
        chunk(body, "ANIM", new byte[6]); // transparent background, forever
        for (Piece piece : pieces) {
            byte[] picture = pictureChunk(still(piece.width(), piece.height(), piece.rgba()));
            ByteBuffer frame = le(16 + picture.length);
            put24(frame, piece.x() / 2);
            put24(frame, piece.y() / 2);
            put24(frame, piece.width() - 1);
            put24(frame, piece.height() - 1);
            put24(frame, piece.millis());
            frame.put((byte) ((piece.blend() ? 0 : 2) | (piece.disposeToBackground() ? 1 : 0))).put(picture);
            chunk(body, "ANMF", frame.array());
        }
        ByteArrayOutputStream riff = new ByteArrayOutputStream();
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        inner.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
        inner.writeBytes(body.toByteArray());
        chunk(riff, "RIFF", inner.toByteArray());
        return riff.toByteArray();
    }

    /** One colour, straight RGBA. */
    static byte[] filled(int width, int height, int r, int g, int b, int a) {
        byte[] out = new byte[width * height * 4];
        for (int i = 0; i < out.length; i += 4) {
            out[i] = (byte) r;
            out[i + 1] = (byte) g;
            out[i + 2] = (byte) b;
            out[i + 3] = (byte) a;
        }
        return out;
    }

    // The VP8L chunk of a still, with its header and padding.
    private static byte[] pictureChunk(byte[] webp) {
        ByteBuffer in = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 12; at + 8 <= webp.length; ) {
            int size = in.getInt(at + 4);
            int padded = 8 + size + (size & 1);
            if (new String(webp, at, 4, StandardCharsets.US_ASCII).equals("VP8L")) {
                return java.util.Arrays.copyOfRange(webp, at, at + padded);
            }
            at += padded;
        }
        throw new AssertionError("the still has no lossless picture");
    }

    private static void chunk(ByteArrayOutputStream out, String name, byte[] data) {
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(le(4).putInt(data.length).array());
        out.writeBytes(data);
        if ((data.length & 1) == 1) {
            out.write(0);
        }
    }

    private static void put24(ByteBuffer out, int value) {
        out.put((byte) value).put((byte) (value >> 8)).put((byte) (value >> 16));
    }

    private static ByteBuffer le(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
