package org.praxino.train.eval;

import java.nio.file.Path;
import java.util.Map;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.TorchScript;
import org.praxino.train.eval.FeatureStatistics.Covariance;

/**
 * Fréchet video distance by StyleGAN-V's protocol (Skorokhodov et al. 2021, arXiv 2112.14683): the 400 outputs of an I3D network
 * that was trained on Kinetics-400, given by the user as {@code i3d_torchscript.pt}; clips of 16 frames in 0..255, resized and scaled
 * by the network itself; covariances divided by N. The published numbers compare 2048 clips with 2048.
 */
public final class I3dFvd implements AutoCloseable {
    /** Frames of a clip. */
    public static final int FRAMES = 16;

    /** Clips that the published protocol compares. */
    public static final int CLIPS = 2048;

    private static final Map<String, Boolean> FLAGS = Map.of("rescale", true, "resize", true, "return_features", true);

    private final TorchScript network;
    private final Device device;
    private final int features;

    private I3dFvd(TorchScript network, Device device, int features) {
        this.network = network;
        this.device = device;
        this.features = features;
    }

    /** @param i3d a TorchScript network called as {@code (video, rescale, resize, return_features)} that gives 400 numbers */
    public static I3dFvd open(Path i3d, Device device) {
        return open(i3d, device, 400);
    }

    static I3dFvd open(Path i3d, Device device, int features) {
        return new I3dFvd(TorchScript.load(i3d, device), device, features);
    }

    /** Empty statistics to {@link #add} clips to. */
    public FeatureStatistics statistics() {
        return new FeatureStatistics(features);
    }

    /** Adds the first 16 frames of a clip. @param video [3, T, H, W] in [-1, 1], T at least 16 */
    public void add(FeatureStatistics statistics, Tensor video) {
        if (video.dim() != 4 || video.size(1) < FRAMES) {
            throw new ShapeException("video", "[3, T, H, W] with T of at least " + FRAMES, video.shape());
        }
        try (var guard = Grad.off();
                var scope = Scope.open("I3dFvd")) {
            Tensor bytes = video.narrow(1, 0, FRAMES).to(device).add(1).mul(127.5).round().clamp(0, 255).unsqueeze(0); // [1, 3, 16, H, W]
            Tensor logits = network.forward(bytes, FLAGS);
            if (logits.dim() != 2 || logits.size(1) != features) {
                throw new ShapeException("features of " + network, "[1, " + features + "]", logits.shape());
            }
            statistics.add(logits);
        }
    }

    /** The distance; not below zero but for rounding. */
    public static double distance(FeatureStatistics real, FeatureStatistics generated) {
        return FrechetDistance.of(real, generated, Covariance.POPULATION);
    }

    @Override
    public void close() {
        network.close();
    }
}
