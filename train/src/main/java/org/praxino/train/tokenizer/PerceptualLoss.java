package org.praxino.train.tokenizer;

import java.nio.file.Path;
import java.util.List;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Ops;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.train.eval.InceptionV3;
import org.praxino.train.eval.MobileNetV2;
import org.praxino.train.eval.NsfwjsWeights;

/**
 * Distance of two videos in the features of a frozen, pretrained network, frame by frame. Gradients flow to the reconstruction.
 *
 * <p>The form is that of LPIPS (Zhang et al. 2018, arXiv 1801.03924, equation 1) without learned weights. The network is another than
 * LPIPS' and than MAGVIT-v2's ResNet-50, so values compare with nothing published.
 */
public final class PerceptualLoss implements AutoCloseable {
    private static final double EPS = 1e-10;

    /** A frozen network: images [B, 3, H, W] in [-1, 1] to features [B, C, h, w] of several layers. */
    @FunctionalInterface
    public interface Features {
        List<Tensor> of(Tensor images);
    }

    private final Features network;
    private final int size;
    private final Runnable closeNetwork;

    /** @param size to which frames are resized, or 0 to take them as they are */
    public PerceptualLoss(Features network, int size) {
        this(network, size, () -> {});
    }

    private PerceptualLoss(Features network, int size, Runnable closeNetwork) {
        this.network = network;
        this.size = size;
        this.closeNetwork = closeNetwork;
    }

    /** The loss that a run configures, with a network of its own. */
    static PerceptualLoss open(PerceptualTraining config, Device device) {
        List<Path> folders = config.packageFolders().stream().map(Path::of).toList();
        return switch (config.network()) {
            case INCEPTION_V3 -> {
                InceptionV3 network = NsfwjsWeights.openInception(device, folders);
                yield new PerceptualLoss(images -> network.taps(images, config.layers()), config.size(), network::close);
            }
            case MOBILENET_V2 -> {
                MobileNetV2 network = NsfwjsWeights.open(device, folders);
                yield new PerceptualLoss(images -> network.taps(images).subList(0, config.layers()), config.size(), network::close);
            }
        };
    }

    /**
     * At each layer, features are scaled to length 1 at each position; their squared distance is averaged over positions and frames, and
     * summed over layers.
     *
     * @param reconstruction [B, 3, T, H, W] in [-1, 1]
     * @param original the same shape
     * @return a scalar
     */
    public Tensor of(Tensor reconstruction, Tensor original) {
        requireSameShape(reconstruction, original);
        try (var scope = Scope.open("PerceptualLoss")) {
            List<Tensor> theirs = withoutGradient(original);
            List<Tensor> ours = network.of(frames(reconstruction));
            Tensor sum = unit(ours.getFirst()).sub(unit(theirs.getFirst())).square().sum(false, 1).mean();
            for (int i = 1; i < ours.size(); i++) {
                sum = sum.add(unit(ours.get(i)).sub(unit(theirs.get(i))).square().sum(false, 1).mean());
            }
            return scope.keep(sum);
        }
    }

    private List<Tensor> withoutGradient(Tensor original) {
        try (var guard = Grad.off()) {
            return network.of(frames(original));
        }
    }

    private Tensor frames(Tensor video) {
        Tensor frames = video.to(DType.F32).transpose(1, 2).reshape(-1, 3, video.size(3), video.size(4)); // [B, 3, T, H, W] -> [B·T, 3, H, W]
        return size == 0 || (size == video.size(3) && size == video.size(4)) ? frames : Ops.resizeBilinear(frames, size, size);
    }

    private static Tensor unit(Tensor features) {
        return features.div(features.square().sum(true, 1).add(EPS).sqrt());
    }

    @Override
    public void close() {
        closeNetwork.run();
    }

    private static void requireSameShape(Tensor a, Tensor b) {
        if (a.dim() != 5 || a.size(1) != 3) {
            throw new ShapeException("reconstruction", "[B, 3, T, H, W]", a.shape());
        }
        if (!java.util.Arrays.equals(a.shape(), b.shape())) {
            throw new ShapeException("original", java.util.Arrays.toString(a.shape()), b.shape());
        }
    }
}
