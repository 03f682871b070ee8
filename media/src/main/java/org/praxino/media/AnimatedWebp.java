package org.praxino.media;

import io.github.humbleui.skija.AnimationFrameInfo;
import io.github.humbleui.skija.Bitmap;
import io.github.humbleui.skija.Codec;
import io.github.humbleui.skija.ColorAlphaType;
import io.github.humbleui.skija.ColorType;
import io.github.humbleui.skija.Data;
import io.github.humbleui.skija.ImageInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes still and animated WebP to composited frames in premultiplied RGBA8.
 *
 * <p>FFmpeg does not decode animated WebP, so this class uses Skia (through Skija). Its native library is built for Linux x86-64
 * only; {@link #open} says so elsewhere. Frames must be read in order for speed, any order is correct. Not thread-safe: one object a
 * thread.
 */
public final class AnimatedWebp implements AutoCloseable {

    private final Data data;
    private final Codec codec;
    private final Bitmap bitmap;
    private final int[] millis;
    private final int[] required;
    private int held = -1;

    private AnimatedWebp(Data data, Codec codec, Bitmap bitmap, int[] millis, int[] required) {
        this.data = data;
        this.codec = codec;
        this.bitmap = bitmap;
        this.millis = millis;
        this.required = required;
    }

    /** True when this machine can decode WebP: Linux on x86-64. */
    public static boolean supported() {
        String os = System.getProperty("os.name", "");
        String arch = System.getProperty("os.arch", "");
        return os.startsWith("Linux") && (arch.equals("amd64") || arch.equals("x86_64"));
    }

    /**
     * Opens a WebP held in memory.
     *
     * @throws IOException when the bytes are no WebP, are damaged, or this machine has no decoder for them
     */
    public static AnimatedWebp open(byte[] bytes) throws IOException {
        if (!supported()) {
            throw new IOException("WebP can be decoded on Linux x86-64 only, this is " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + ": convert the file to PNG, GIF or MP4 first.");
        }
        if (!isWebp(bytes)) {
            throw new IOException("These " + bytes.length + " bytes are not a WebP image.");
        }
        long size = 8 + Integer.toUnsignedLong(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(4));
        if (bytes.length < size) {
            throw new IOException("The WebP image is damaged: it breaks off after " + bytes.length + " of " + size + " bytes.");
        }
        Data data = Data.makeFromBytes(bytes);
        Codec codec = null;
        try {
            codec = Codec.makeFromData(data);
            ImageInfo info = new ImageInfo(codec.getImageInfo().getWidth(), codec.getImageInfo().getHeight(),
                    ColorType.RGBA_8888, ColorAlphaType.PREMUL);
            int frames = Math.max(1, codec.getFrameCount());
            int[] millis = new int[frames];
            int[] required = new int[frames];
            AnimationFrameInfo[] infos = codec.getFramesInfo();
            for (int i = 0; i < frames; i++) {
                boolean known = infos != null && i < infos.length;
                millis[i] = known ? infos[i].getDuration() : 0;
                required[i] = known ? infos[i].getRequiredFrame() : -1;
            }
            Bitmap bitmap = new Bitmap();
            if (!bitmap.allocPixels(info)) {
                bitmap.close();
                throw new IOException("No memory for a WebP of " + info.getWidth() + "x" + info.getHeight() + " pixels.");
            }
            return new AnimatedWebp(data, Objects.requireNonNull(codec), bitmap, millis, required);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            close(codec, data);
            throw new IOException("The WebP image is damaged: " + e.getMessage() + ".", e);
        } catch (IOException e) {
            close(codec, data);
            throw e;
        }
    }

    private static boolean isWebp(byte[] b) {
        return b.length > 16 && b[0] == 'R' && b[1] == 'I' && b[2] == 'F' && b[3] == 'F'
                && b[8] == 'W' && b[9] == 'E' && b[10] == 'B' && b[11] == 'P';
    }

    private static void close(@Nullable AutoCloseable... things) {
        for (AutoCloseable thing : things) {
            try {
                if (thing != null) {
                    thing.close();
                }
            } catch (Exception ignored) {
                // Freeing native memory has nothing to report.
            }
        }
    }

    /** Canvas width in pixels. */
    public int width() {
        return bitmap.getImageInfo().getWidth();
    }

    /** Canvas height in pixels. */
    public int height() {
        return bitmap.getImageInfo().getHeight();
    }

    /** Number of frames, 1 for a still. */
    public int frames() {
        return millis.length;
    }

    /** How long frame {@code i} stays, in milliseconds; 0 for a still. */
    public int millis(int i) {
        return millis[i];
    }

    /**
     * Frame {@code i} as shown, after blending over the frames before it.
     *
     * @return premultiplied RGBA8, [H, W, 4]
     * @throws IOException when the frame is damaged
     */
    public byte[] read(int i) throws IOException {
        if (i < 0 || i >= millis.length) {
            throw new IndexOutOfBoundsException("frame " + i + " of " + millis.length);
        }
        if (i != held) {
            decode(i);
        }
        byte[] pixels = bitmap.readPixels();
        if (pixels == null) {
            throw new IOException("Frame " + i + " of the WebP image has no pixels.");
        }
        return pixels;
    }

    // Skia blends a frame over what the bitmap holds, when told which frame that is; otherwise it redoes the frames before.
    private void decode(int i) throws IOException {
        int before = held >= 0 && held < i && required[i] >= 0 && required[i] <= held ? held : -1;
        held = -1;
        try {
            codec.readPixels(bitmap, i, before);
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new IOException("Frame " + i + " of the WebP image is damaged: " + e.getMessage() + ".", e);
        }
        held = i;
    }

    @Override
    public void close() {
        close(bitmap, codec, data);
    }
}
