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

/** A picture that a scene begins with: in a file, or in the document itself as a {@code data:} address. */
public sealed interface Picture {
    /** The largest picture that a document may carry, in bytes. */
    int MAX_INLINE = 16 << 20;

    /** A picture file. */
    record File(Path path) implements Picture {}

    /**
     * The bytes of a picture file.
     *
     * @param base64 as they stand in the document
     */
    record Inline(String base64) implements Picture {
        static final String PREFIX = "data:image/";
        private static final String CODING = ";base64,";

        byte[] bytes() {
            try {
                return Base64.getDecoder().decode(base64);
            } catch (IllegalArgumentException e) {
                throw new UserException("the picture in the timeline is not base64: " + e.getMessage(), e);
            }
        }

        /** The picture of {@code data:image/png;base64,...}. */
        public static Inline parse(String address) {
            int at = address.indexOf(CODING);
            if (at < 0) {
                throw new UserException("\"" + address.substring(0, Math.min(40, address.length()))
                        + "…\" is not a picture: write data:image/png;base64, and the bytes, or the name of a file");
            }
            String base64 = address.substring(at + CODING.length());
            if (base64.length() / 4 * 3 > MAX_INLINE) {
                throw new UserException("the picture in the timeline has more than " + (MAX_INLINE >> 20) + " MiB: name a file instead");
            }
            return new Inline(base64);
        }

        String address() {
            return PREFIX + "png" + CODING + base64; // readers go by the content
        }
    }

    static Picture of(Path file) {
        return new File(file);
    }

    static Picture of(Frame frame) {
        return new Inline(Base64.getEncoder().encodeToString(Png.encode(frame, null)));
    }

    /** The picture itself, cropped to a shape. @throws UserException when it is not a picture */
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
                throw new UserException(e.getMessage().replace("'" + file + "'", "the picture in the timeline"), e);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UserException("the picture in the timeline could not be unpacked: " + e.getMessage(), e);
        }
    }

    private static Frame first(Path file, int width, int height) {
        var read = ReadOptions.DEFAULT.background(Rgb.WHITE).size(width, height, Fit.CROP).maxFrames(1);
        List<Frame> frames = VideoReader.readAll(file, read);
        if (frames.isEmpty()) {
            throw new UserException("'" + file + "' holds no picture");
        }
        return frames.getFirst();
    }
}
