package org.praxino.train.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Progress;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipStore;

/**
 * Frame prediction by the protocol of Kinetics-600 (W.A.L.T Table 1): 5 frames of a real clip are given, the next 11 are predicted, and FVD is of all 16.
 * Beside it the error of the predicted frames, and of the last given frame held still.
 */
public final class FramePrediction {
    /** Given frames. */
    public static final int GIVEN = 5;

    /** Frames of a clip, given and predicted. */
    public static final int FRAMES = 16;

    /**
     * Scores.
     *
     * @param clips predicted
     * @param of real clips that could be drawn
     * @param psnr of the 11 predicted frames, in dB
     * @param stillPsnr of the fifth frame in their place, in dB
     * @param motionRatio motion of the predicted frames, divided by that of the real ones
     * @param fvd of the whole clips, or null without I3D
     * @param stillFvd the same of clips that stand still after the fifth frame
     * @param protocol in words
     */
    public record Report(int clips, int of, double psnr, double stillPsnr, double motionRatio, @Nullable Double fvd, @Nullable Double stillFvd, String protocol) {}

    /** Predicts a clip. */
    @FunctionalInterface
    public interface Predictor {
        /** @param given 5 frames @return at least 16 frames, the first 5 of which are the given ones */
        List<Frame> predict(ClipStore.Clip clip, List<Frame> given, int number);
    }

    private FramePrediction() {}

    /** @param real whose clips of 16 frames or more are drawn, each from a random start; again when there are fewer than {@code count} */
    public static Report run(RealClips real, int count, long seed, Predictor predictor, @Nullable I3dFvd i3d, Progress progress) {
        List<ClipStore.Clip> enough = new ArrayList<>(real.clips().stream().filter(c -> c.entry().loop() || c.frames() >= FRAMES).toList());
        if (enough.isEmpty()) {
            throw new UserException(real.store().folder() + " has no clip of " + FRAMES + " frames or more in the split " + real.split());
        }
        RandomStream random = RandomStream.of(seed, "frame prediction");
        Collections.shuffle(enough, new Random(random.nextLong()));
        double psnr = 0;
        double stillPsnr = 0;
        double motion = 0;
        double realMotion = 0;
        try (var guard = Grad.off();
                var truth = i3d == null ? null : i3d.statistics();
                var made = i3d == null ? null : i3d.statistics();
                var still = i3d == null ? null : i3d.statistics()) {
            for (int i = 0; i < count; i++) {
                ClipStore.Clip clip = enough.get(i % enough.size());
                int starts = clip.entry().loop() ? clip.frames() : clip.frames() - FRAMES + 1;
                try (var scope = Scope.open("frame prediction")) {
                    Tensor video = real.video(clip, random.nextInt(starts), FRAMES); // [3, 16, H, W]
                    List<Frame> predicted = predictor.predict(clip, VideoTensors.toFrames(video.narrow(1, 0, GIVEN)), i);
                    Tensor all = VideoTensors.toTensor(predicted.subList(0, FRAMES));
                    Tensor held = Tensor.cat(1, video.narrow(1, 0, GIVEN), video.narrow(1, GIVEN - 1, 1).expand(-1, FRAMES - GIVEN, -1, -1));
                    psnr += error(video, all);
                    stillPsnr += error(video, held);
                    motion += MotionEnergy.of(rest(all));
                    realMotion += MotionEnergy.of(rest(video));
                    if (i3d != null && truth != null && made != null && still != null) {
                        i3d.add(truth, video);
                        i3d.add(made, all);
                        i3d.add(still, held);
                    }
                }
                progress.update(i + 1, count, "clips predicted");
            }
            boolean several = count > 1; // one clip has no covariance
            return new Report(count, enough.size(), psnr / count, stillPsnr / count, realMotion == 0 ? 0 : motion / realMotion,
                    truth != null && made != null && several ? I3dFvd.distance(truth, made) : null,
                    truth != null && still != null && several ? I3dFvd.distance(truth, still) : null,
                    "Kinetics-600: " + GIVEN + " frames given, " + (FRAMES - GIVEN) + " predicted, " + count + " clips of " + enough.size() + " " + real.split()
                            + " ones from random starts, seed " + seed);
        }
    }

    private static Tensor rest(Tensor video) {
        return video.narrow(1, GIVEN, FRAMES - GIVEN);
    }

    private static double error(Tensor real, Tensor made) {
        return Arrays.stream(Psnr.perFrame(rest(real).unsqueeze(0), rest(made).unsqueeze(0))).average().orElseThrow();
    }
}
