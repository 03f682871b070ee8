package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoTensors;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Scope;
import org.praxino.tensor.TestScript;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo.Split;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.MovingClipStore;
import org.praxino.train.data.MovingClipStore.Disc;

@ExtendWith(LeakCheck.class)
class FramePredictionTest {
    @TempDir
    private Path folder;

    private ClipStore store(int frames) throws IOException {
        return MovingClipStore.write(folder.resolve("store" + frames), frames,
                List.of(new Disc("red", new int[] {220, 0, 0}, 6, Split.TRAIN), new Disc("blue", new int[] {0, 0, 220}, 4, Split.TRAIN)));
    }

    @Test
    void aPerfectPredictionHasNoErrorAndStandingStillHasOne() throws IOException {
        Path script = TestScript.save(folder.resolve("i3d.pt"), """
                def forward(self, x, rescale: bool = False, resize: bool = False, return_features: bool = False):
                    y = x / 127.5 - 1 if rescale else x
                    step = (y[:, :, 1:] - y[:, :, :-1]).abs()
                    return torch.cat([y.mean([2, 3, 4]), step.mean([2, 3, 4])], 1)
                """);
        try (ClipStore store = store(24); I3dFvd i3d = I3dFvd.open(script, Device.CPU, 6)) {
            var real = new RealClips(store, Split.TRAIN);
            var known = FramePrediction.run(real, 4, 7, (clip, given, number) -> truth(real, clip, given), i3d, Progress.SILENT);
            assertThat(known.psnr()).isEqualTo(Psnr.MAX);
            assertThat(known.motionRatio()).isEqualTo(1, within(1e-6));
            assertThat(known.fvd()).isEqualTo(0, within(1e-6));
            assertThat(known.stillFvd()).isGreaterThan(1e-4);
            assertThat(known.protocol()).isEqualTo("Kinetics-600: 5 frames given, 11 predicted, 4 clips of 2 TRAIN ones from random starts, seed 7");

            var still = FramePrediction.run(real, 4, 7, (clip, given, number) -> {
                List<Frame> all = new ArrayList<>(given);
                while (all.size() < 17) {
                    all.add(given.getLast());
                }
                return all;
            }, i3d, Progress.SILENT);
            assertThat(still.psnr()).isEqualTo(still.stillPsnr()).isEqualTo(known.stillPsnr()).isLessThan(Psnr.MAX);
            assertThat(still.motionRatio()).isZero();
            assertThat(still.fvd()).isEqualTo(still.stillFvd());
        }
    }

    /** The clip that begins with the given frames. */
    private static List<Frame> truth(RealClips real, ClipStore.Clip clip, List<Frame> given) {
        for (int start = 0; start < clip.frames(); start++) {
            try (var scope = Scope.open("truth")) {
                List<Frame> frames = VideoTensors.toFrames(real.video(clip, start, 17));
                if (java.util.Arrays.equals(frames.get(0).data(), given.get(0).data()) && java.util.Arrays.equals(frames.get(1).data(), given.get(1).data())) {
                    return frames;
                }
            }
        }
        throw new AssertionError("the given frames are of no part of the clip");
    }

    @Test
    void driftIsSeenInColourContrastDetailAndMotion() {
        try (var scope = Scope.open("statistics")) {
            List<Frame> dark = List.of(Frame.filled(8, 8, new Rgb(10, 20, 30)), Frame.filled(8, 8, new Rgb(10, 20, 30)));
            List<Frame> light = List.of(Frame.filled(8, 8, new Rgb(40, 20, 30)), Frame.filled(8, 8, new Rgb(46, 20, 30)));
            ClipStatistics a = ClipStatistics.of(VideoTensors.toTensor(dark));
            ClipStatistics b = ClipStatistics.of(VideoTensors.toTensor(light));
            assertThat(a.red()).isEqualTo(10, within(0.01));
            assertThat(a.detail()).isEqualTo(0, within(0.01));
            assertThat(a.motion()).isZero();
            assertThat(b.motion()).isEqualTo(2, within(0.01));
            assertThat(b.colourShift(a)).isEqualTo(11, within(0.01));
            assertThat(b.contrast()).isGreaterThan(a.contrast());
        }
    }

    @Test
    void clipsThatAreTooShortAreRefused() throws IOException {
        try (ClipStore store = store(24)) {
            var none = new RealClips(store, Split.HELD_OUT);
            assertThatThrownBy(() -> FramePrediction.run(none, 1, 0, (clip, given, number) -> given, null, Progress.SILENT))
                    .isInstanceOf(UserException.class).hasMessageContaining("has no clip of 16 frames or more in the split HELD_OUT");
        }
    }
}
