package org.praxino.stream.timeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.Png;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.tensor.UserException;

/** An image that a scene begins with: a file, or inline as a {@code data:} URL. */
public sealed interface InputImage {
    /** The largest inline image in bytes. */
    int MAX_INLINE = 16 << 20;

    /** An image file. */
    record File(Path path) implements InputImage {}

    /**
     * The bytes of an image file.
     *
     * @param base64 as in the document
     */
    record Inline(String base64) implements InputImage {
        static final String PREFIX = "data:image/";
        private static final String ENCODING = ";base64,";

        byte[] bytes() {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new InputImageException("the image in the timeline is not base64: " + e.getMessage(), e);
            }
        }

        /** Parses {@code data:image/png;base64,...}. */
        public static Inline parse(String address) {
            int at = address.indexOf(ENCODING);
            if (at < 0) {
                throw new InputImageException("\"" + address.substring(0, Math.min(40, address.length()))
                        + "…\" is not an image: write data:image/png;base64, and the bytes, or the name of a file", null);
            }
            String base64 = address.substring(at + ENCODING.length());
            if (base64.length() / 4 * 3 > MAX_INLINE) {
                throw new InputImageException("the image in the timeline has more than " + (MAX_INLINE >> 20) + " MiB: name a file instead", null);
            }
            return new Inline(base64);
        }

        String dataUrl() {
            return PREFIX + "png" + ENCODING + base64; // readers detect the format by content
        }
    }

    static InputImage of(Path file) {
        return new File(file);
    }

    static InputImage of(Frame frame) {
        return new Inline(Base64.getEncoder().encodeToString(Png.encode(frame, null)));
    }

    /** Loads the image, cropped to a size. @throws UserException if it is not a readable image; an {@link InputImageException} if it is inline */
    default Frame load(int width, int height) {
        return switch (this) {
            case File f -> first(f.path, width, height);
            case Inline i -> inline(i.bytes(), width, height);
        };
    }

    private static Frame inline(byte[] bytes, int width, int height) {
        try {
            Path file = Files.createTempFile("praxino-", ".picture");
            try {
                Files.write(file, bytes);
                return first(file, width, height);
            } catch (UserException e) {
                throw new InputImageException(e.getMessage().replace("'" + file + "'", "the image in the timeline"), e);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new InputImageException("the image in the timeline could not be read: " + e.getMessage(), e);
        }
    }

    private static Frame first(Path file, int width, int height) {
        var read = ReadOptions.DEFAULT.background(Rgb.WHITE).size(width, height, Fit.CROP).maxFrames(1);
        List<Frame> frames = VideoReader.readAll(file, read);
        if (frames.isEmpty()) {
            throw new InputImageException("'" + file + "' contains no image", null);
        }
        return frames.getFirst();
    }
}
