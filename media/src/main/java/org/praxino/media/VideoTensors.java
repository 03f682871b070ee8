package org.praxino.media;

import java.util.ArrayList;
import java.util.List;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;

/** Frames to tensors and back: a byte {@code v} is the number {@code v / 127.5 - 1}. */
public final class VideoTensors {
    private static final float HALF = 127.5f;

    private VideoTensors() {}

    /**
     * Frames of one size and channel count as fp32 in [-1, 1].
     *
     * @return // [C, T, H, W], on the CPU, owned by the innermost open scope
     */
    public static Tensor toTensor(List<Frame> frames) {
        if (frames.isEmpty()) {
            throw new IllegalArgumentException("a clip needs at least one frame");
        }
        Frame first = frames.getFirst();
        int channels = first.channels();
        int area = first.width() * first.height();
        int length = Math.multiplyExact(Math.multiplyExact(channels, frames.size()), area);
        var values = new float[length]; // [C, T, H, W]
        for (int t = 0; t < frames.size(); t++) {
            Frame frame = frames.get(t);
            if (frame.width() != first.width() || frame.height() != first.height() || frame.channels() != channels) {
                throw new IllegalArgumentException("frame %d is %s with %d channels, but the first is %s with %d"
                        .formatted(t, frame.size(), frame.channels(), first.size(), channels));
            }
            byte[] data = frame.data();
            for (int c = 0; c < channels; c++) {
                int to = (c * frames.size() + t) * area;
                for (int i = 0, from = c; i < area; i++, from += channels) {
                    values[to + i] = (data[from] & 0xff) / HALF - 1;
                }
            }
        }
        return Tensor.of(values, channels, frames.size(), first.height(), first.width());
    }

    /**
     * The inverse of {@link #toTensor}, rounding to the nearest byte; values outside [-1, 1] are clamped, NaN becomes black.
     *
     * @param clip any floating-point type and device // [C, T, H, W], C = 3 or 4
     */
    public static List<Frame> toFrames(Tensor clip) {
        if (clip.dim() != 4 || clip.size(0) != 3 && clip.size(0) != 4) {
            throw new ShapeException("a clip", "[C, T, H, W] with C = 3 or 4", clip.shape());
        }
        int channels = (int) clip.size(0);
        int times = (int) clip.size(1);
        int height = (int) clip.size(2);
        int width = (int) clip.size(3);
        int area = height * width;
        float[] values = clip.toFloatArray();
        var frames = new ArrayList<Frame>(times);
        for (int t = 0; t < times; t++) {
            var data = new byte[area * channels];
            for (int c = 0; c < channels; c++) {
                int from = (c * times + t) * area;
                for (int i = 0, to = c; i < area; i++, to += channels) {
                    data[to] = (byte) Math.clamp(Math.round((values[from + i] + 1) * HALF), 0, 255);
                }
            }
            frames.add(new Frame(width, height, channels, data));
        }
        return frames;
    }
}
