package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * Features of clips. F is {@link MobileNetV2#FEATURES}, T the sampled frames: every {@code stride}-th, resized (bilinear) to the network's
 * 224×224.
 */
final class ClipFeatures {
    private static final int BATCH = 16;

    private ClipFeatures() {}

    /** Frames that are sampled from a clip of {@code frames}. */
    static int sampledFrames(int frames, int stride) {
        return (frames - 1) / stride + 1;
    }

    /** Features of every {@code stride}-th frame. @param video [3, frames, H, W] in [-1, 1] @return [T, F] on the CPU */
    static Tensor ofFrames(MobileNetV2 network, Tensor video, int stride) {
        try (var guard = Grad.off();
                var scope = Scope.open("ClipFeatures")) {
            int looked = sampledFrames((int) video.size(1), stride);
            Tensor index = Tensor.of(LongStream.range(0, looked).map(i -> i * stride).toArray(), looked);
            Tensor chosen = video.indexSelect(1, index.to(video.device()));
            Tensor frames = chosen.transpose(0, 1).to(network.device()).to(DType.F32); // [T, 3, H, W]
            List<Tensor> parts = new ArrayList<>();
            for (int from = 0; from < looked; from += BATCH) {
                try (var inner = Scope.open("frames")) {
                    Tensor images = frames.narrow(0, from, Math.min(BATCH, looked - from));
                    int size = network.size();
                    boolean sized = images.size(2) == size && images.size(3) == size;
                    Tensor features = network.features(sized ? images : Ops.resizeBilinear(images.contiguous(), size, size));
                    parts.add(inner.keep(features.to(Device.CPU)));
                }
            }
            return scope.keep(Tensor.cat(parts, 0));
        }
    }

    /** How features change between neighbouring sampled frames. @param frames [T, F] @return [T−1, F] */
    static Tensor differences(Tensor frames) {
        long pairs = frames.size(0) - 1;
        return frames.narrow(0, 1, pairs).sub(frames.narrow(0, 0, pairs));
    }

    /** Mean over frames and mean absolute difference, joined and scaled to length 1. @param frames [T, F] @return [2·F] */
    static Tensor ofClip(Tensor frames) {
        try (var scope = Scope.open("ofClip")) {
            Tensor joined = Tensor.cat(0, frames.mean(false, 0), differences(frames).abs().mean(false, 0));
            return scope.keep(joined.div(Math.max(1e-12, Math.sqrt(joined.square().sum().item()))));
        }
    }

    /** Features of a clip that repeats the first frame of this one. @param frames [T, F] @return [T, F] */
    static Tensor still(Tensor frames) {
        return frames.narrow(0, 0, 1).expand(frames.size(0), -1);
    }
}
