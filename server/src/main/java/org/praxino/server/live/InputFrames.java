package org.praxino.server.live;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.praxino.media.DecodeLimits;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes untrusted input frames, with limits. */
final class InputFrames {
    private static final Logger LOG = LoggerFactory.getLogger("praxino.server");
    private static final DecodeLimits LIMITS = new DecodeLimits(2048L * 2048, 1, 10);

    private InputFrames() {}

    /** @param folder for a temporary file @throws LiveError {@code unreadable_media} */
    static Frame read(ByteBuffer picture, int width, int height, Path folder) {
        try {
            Path file = Files.createTempFile(folder, "input-", ".picture");
            try {
                try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    while (picture.hasRemaining()) {
                        channel.write(picture);
                    }
                }
                var how = ReadOptions.DEFAULT.background(Rgb.BLACK).size(width, height, Fit.CROP).maxFrames(1).limits(LIMITS);
                List<Frame> frames = VideoReader.readAll(file, how);
                if (frames.isEmpty()) {
                    throw LiveError.of("unreadable_media", "the input frame holds no picture");
                }
                return frames.getFirst();
            } catch (MediaException e) {
                throw LiveError.of("unreadable_media", e.getMessage().replace("'" + file + "'", "the input frame"));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("an input frame could not be written to a temporary file: {}", e.toString());
            throw LiveError.of("unreadable_media", "the input frame could not be unpacked: the server's log has the details");
        }
    }
}
