package org.praxino.train.tokenizer;

import java.util.List;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.MobileNetV2;

/**
 * Distance of two videos as a frozen, pretrained MobileNetV2 sees their frames, one by one. Gradients flow to the reconstruction.
 *
 * <p>It is neither LPIPS (another network, and weights learned from people's judgements) nor what MAGVIT-v2 used (class outputs of a
 * ResNet-50): its values compare with nothing published.
 */
public final class PerceptualLoss {
    private static final double EPS = 1e-10;

    private final MobileNetV2 network;
    private final List<Double> weights;
    private final int size;

    /**
     * @param network not owned
     * @param weights of the five {@linkplain MobileNetV2#taps taps}, at 1/2 to 1/32 of the size
     * @param size to which frames are resized, or 0 to take them as they are: 224 is what the network was trained on, 128 costs a third
     */
    public PerceptualLoss(MobileNetV2 network, List<Double> weights, int size) {
        if (weights.size() != MobileNetV2.TAP_CHANNELS.size() || weights.stream().anyMatch(w -> !(w >= 0))) {
            throw new IllegalArgumentException(
                    "weights=" + weights + ", expected " + MobileNetV2.TAP_CHANNELS.size() + " that are not negative");
        }
        this.network = network;
        this.weights = List.copyOf(weights);
        this.size = size;
    }

    /** All taps alike, frames as they are. */
    public static PerceptualLoss of(MobileNetV2 network) {
        return new PerceptualLoss(network, List.of(1.0, 1.0, 1.0, 1.0, 1.0), 0);
    }

    /**
     * At each tap, features are scaled to length 1 at each position; their squared distance is averaged over positions and frames, and
     * summed over taps by weight.
     *
     * @param reconstruction [B, 3, T, H, W] in [-1, 1]
     * @param original the same shape
     * @return a scalar
     */
    public Tensor taps(Tensor reconstruction, Tensor original) {
        requireAlike(reconstruction, original);
        try (var scope = Scope.open("PerceptualLoss.taps")) {
            List<Tensor> theirs = original(() -> network.taps(frames(original)));
            List<Tensor> ours = network.taps(frames(reconstruction));
            Tensor sum = null;
            for (int i = 0; i < ours.size(); i++) {
                if (weights.get(i) > 0) {
                    Tensor distance = unit(ours.get(i)).sub(unit(theirs.get(i))).square().sum(false, 1).mean().mul(weights.get(i));
                    sum = sum == null ? distance : sum.add(distance);
                }
            }
            if (sum == null) {
                throw new IllegalStateException("all weights of the perceptual loss are 0");
            }
            return scope.keep(sum);
        }
    }

    /** Mean squared distance of the pooled features, the nearest to MAGVIT-v2's form. @return a scalar */
    public Tensor pooled(Tensor reconstruction, Tensor original) {
        requireAlike(reconstruction, original);
        try (var scope = Scope.open("PerceptualLoss.pooled")) {
            List<Tensor> theirs = original(() -> List.of(network.features(frames(original))));
            return scope.keep(network.features(frames(reconstruction)).sub(theirs.getFirst()).square().mean());
        }
    }

    private static List<Tensor> original(java.util.function.Supplier<List<Tensor>> features) {
        try (var guard = Grad.off()) {
            return features.get();
        }
    }

    private Tensor frames(Tensor video) {
        Tensor frames = video.to(DType.F32).transpose(1, 2).reshape(-1, 3, video.size(3), video.size(4)); // [B, 3, T, H, W] -> [B·T, 3, H, W]
        return size == 0 || (size == video.size(3) && size == video.size(4)) ? frames : Ops.resizeBilinear(frames, size, size);
    }

    private static Tensor unit(Tensor features) {
        return features.div(features.square().sum(true, 1).add(EPS).sqrt());
    }

    private static void requireAlike(Tensor a, Tensor b) {
        if (a.dim() != 5 || a.size(1) != 3) {
            throw new ShapeException("reconstruction", "[B, 3, T, H, W]", a.shape());
        }
        if (!java.util.Arrays.equals(a.shape(), b.shape())) {
            throw new ShapeException("original", java.util.Arrays.toString(a.shape()), b.shape());
        }
    }
}
