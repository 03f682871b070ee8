package org.praxino.train.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Progress;
import org.praxino.tensor.Tensor;
import org.praxino.train.data.ClipInfo.Split;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.MovingClipStore;
import org.praxino.train.data.MovingClipStore.Disc;
import org.praxino.train.student.WholeClipCodec;

@ExtendWith(LeakCheck.class)
class CodecEvaluationTest {
    @TempDir
    Path folder;

    /** Gives the video back, darker by a fixed amount. */
    private record Dimming(double by) implements WholeClipCodec {
        @Override
        public int latentChannels() {
            return 3;
        }

        @Override
        public int timeFactor() {
            return 1;
        }

        @Override
        public int spaceFactor() {
            return 1;
        }

        @Override
        public Tensor encode(Tensor video) {
            return video.sub(by);
        }

        @Override
        public Tensor decode(Tensor latents) {
            return latents;
        }
    }

    @Test
    void aCodecIsScoredOnItsSplitBesideAStillPicture() throws IOException {
        try (ClipStore store = MovingClipStore.write(folder, 8, List.of(
                new Disc("red", new int[] {255, 0, 0}, 6, Split.TRAIN),
                new Disc("green", new int[] {0, 255, 0}, 5, Split.HELD_OUT),
                new Disc("blue", new int[] {0, 0, 255}, 5, Split.HELD_OUT)))) {
            RealClips held = new RealClips(store, Split.HELD_OUT);
            var dim = CodecEvaluation.run(new Dimming(0.2), Device.CPU, held, 5, 10, Progress.SILENT);
            assertThat(dim.split()).isEqualTo("HELD_OUT");
            assertThat(dim.clips()).isEqualTo(2);
            assertThat(dim.psnr()).isEqualTo(20, within(1e-3)); // 0.1 of the range
            assertThat(dim.worstPsnr()).isEqualTo(20, within(1e-3));
            assertThat(dim.ssim()).isBetween(0.6, 0.9); // black that is darkened loses all its likeness

            var exact = CodecEvaluation.run(new Dimming(0), Device.CPU, held, 5, 1, Progress.SILENT);
            assertThat(exact.clips()).isEqualTo(1);
            assertThat(exact.psnr()).isEqualTo(Psnr.MAX);
            assertThat(exact.stillPsnr()).isBetween(20.0, 45.0); // the disc is back where it was in one frame of four
            assertThat(exact.stillSsim()).isLessThan(0.95);
        }
    }
}
