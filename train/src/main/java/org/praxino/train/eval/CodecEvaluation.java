package org.praxino.train.eval;

import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.praxino.codec.VideoCodec;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/** Measures the reconstruction quality of a codec. */
public final class CodecEvaluation {
    private CodecEvaluation() {}

    /**
     * Scores of a codec on one split.
     *
     * @param split names that the clips are from
     * @param clips how many
     * @param frames of a clip
     * @param psnr in dB, of each frame, then averaged
     * @param worstPsnr of the clip that came back worst, averaged over its frames
     * @param ssim of each frame and channel, then averaged
     * @param stillPsnr of the clip's own first frame, uncoded, held still in place of the frames after it
     * @param stillSsim of the same
     */
    public record Reconstruction(
            String split, int clips, int frames, double psnr, double worstPsnr, double ssim, double stillPsnr, double stillSsim) {}

    /**
     * Codes and decodes up to {@code limit} clips, spread evenly over the split.
     *
     * @param device where the codec computes
     * @param frames of a clip, at least 2
     */
    public static Reconstruction run(
            VideoCodec codec, org.praxino.tensor.Device device, RealClips real, int frames, int limit, Progress progress) {
        int count = Math.min(limit, real.clips().size());
        if (count < 1) {
            throw new UserException(real.store().folder() + " has no moving clip in the split " + real.split() + " to reconstruct.");
        }
        double[][] psnr = new double[count][];
        double[][] ssim = new double[count][];
        double[][] stillPsnr = new double[count][];
        double[][] stillSsim = new double[count][];
        for (int i = 0; i < count; i++) {
            int at = (int) ((long) i * real.clips().size() / count);
            try (var guard = Grad.off();
                    var scope = Scope.open("reconstruct")) {
                Tensor video = real.video(real.clips().get(at), 0, frames).unsqueeze(0).to(device); // [1, 3, T, H, W]
                Tensor back = codec.decode(codec.encode(video));
                Tensor later = video.narrow(2, 1, frames - 1L); // the first frame, without any error, would flatter the still
                Tensor still = video.narrow(2, 0, 1).expand(later.shape());
                psnr[i] = Psnr.perFrame(back, video);
                ssim[i] = Ssim.perFrame(back, video);
                stillPsnr[i] = Psnr.perFrame(still, later);
                stillSsim[i] = Ssim.perFrame(still, later);
            }
            progress.update(i + 1, count, "clips reconstructed");
        }
        double worst = Arrays.stream(psnr).mapToDouble(p -> mean(List.of(p))).min().orElseThrow();
        return new Reconstruction(real.split().name(), count, frames, mean(Arrays.asList(psnr)), worst, mean(Arrays.asList(ssim)),
                mean(Arrays.asList(stillPsnr)), mean(Arrays.asList(stillSsim)));
    }

    private static double mean(List<double[]> values) {
        return values.stream().flatMapToDouble(DoubleStream::of).average().orElseThrow();
    }
}
