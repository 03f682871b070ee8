package org.praxino.train.data.emoji;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.praxino.media.AnimatedWebp;
import org.praxino.train.data.ClipStoreWriter;
import org.praxino.train.data.Digests;
import org.praxino.train.data.FrameCodec;
import org.praxino.train.data.compose.AreaScaler;

/** Decodes WebP animations to packed frames at the target size and frame rate. */
final class WebpClipDecoder {

    private final int height;
    private final int width;
    private final double fps;

    WebpClipDecoder(int height, int width, double fps) {
        this.height = height;
        this.width = width;
        this.fps = fps;
    }

    /** Every n-th frame, n the nearest whole ratio of the file's frame rate to ours: whole frames, never a blend. */
    ClipStoreWriter.Packed decode(String file, byte[] bytes) throws IOException {
        try (AnimatedWebp webp = AnimatedWebp.open(bytes);
                FrameCodec codec = new FrameCodec(height, width)) {
            int stride = stride(webp);
            AreaScaler scaler = new AreaScaler(webp.height(), webp.width(), height, width);
            MessageDigest digest = Digests.sha256();
            List<byte[]> packed = new ArrayList<>();
            for (int i = 0; i < webp.frames(); i += stride) {
                byte[] frame = scaler.toStraight(webp.read(i));
                digest.update(frame);
                packed.add(codec.pack(frame));
            }
            return new ClipStoreWriter.Packed(file, packed, true, webp.frames(), Digests.hex(digest).substring(0, 16));
        }
    }

    private int stride(AnimatedWebp webp) {
        if (webp.frames() < 2) {
            return 1;
        }
        long total = 0;
        for (int i = 0; i < webp.frames(); i++) {
            total += webp.millis(i);
        }
        double each = (double) total / webp.frames();
        return each <= 0 ? 1 : Math.max(1, (int) Math.round(1000.0 / fps / each));
    }
}
