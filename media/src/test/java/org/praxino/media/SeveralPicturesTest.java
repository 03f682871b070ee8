package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with more behind their picture, as cameras write them (gain maps, MPO, motion photos), are that picture. */
class SeveralPicturesTest {
    @TempDir
    Path folder;

    private static byte[] concat(byte[]... parts) {
        var out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private void isTheFirst(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        assertThat(VideoProbe.probe(file).isStill()).as(name).isTrue();
        for (ReadOptions options : List.of(ReadOptions.DEFAULT, ReadOptions.DEFAULT.fps(12), ReadOptions.DEFAULT.start(1))) {
            List<Frame> frames = VideoReader.readAll(file, options);
            assertThat(frames).as(name).hasSize(1);
            assertThat(Corners.read(frames.getFirst())).as(name).isEqualTo(Corners.UPRIGHT);
        }
    }

    @Test
    void whatFollowsAPictureIsNotShown() throws IOException {
        byte[] main = Jpeg.encode(Corners.of("RGBW", 96, 64), 95, null);
        byte[] other = Jpeg.encode(Corners.of("WWWW", 48, 32), 95, null);
        Path film = folder.resolve("film.mp4");
        Clips.write(film, Clips.ball(6, 64, 64), WriteOptions.plain(12));
        isTheFirst("double.jpg", concat(main, other));
        isTheFirst("same-size.jpg", concat(main, Jpeg.encode(Corners.of("WWWW", 96, 64), 95, null)));
        var many = new ArrayList<byte[]>(List.of(main));
        for (int i = 0; i < 40; i++) {
            many.add(other);
        }
        isTheFirst("many.jpg", concat(many.toArray(byte[][]::new)));
        isTheFirst("padded.jpg", concat(main, new byte[3000], other));
        isTheFirst("motion.jpg", concat(main, Files.readAllBytes(film)));
        isTheFirst("large.jpg", concat(Jpeg.encode(Corners.of("RGBW", 1200, 900), 100, null), other));

        byte[] png = Png.encode(Corners.of("RGBW", 96, 64), null);
        isTheFirst("double.png", concat(png, Png.encode(Corners.of("WWWW", 96, 64), null)));
        isTheFirst("motion.png", concat(png, Files.readAllBytes(film)));
        isTheFirst("double.webp", concat(TestWebp.still(96, 64, FrameAlpha.withAlpha(Corners.of("RGBW", 96, 64)).data()), other));
    }

    @Test
    void aFirstPictureThatBreaksOffIsRefused() throws IOException {
        byte[] main = Jpeg.encode(Clips.ball(1, 200, 160).getFirst(), 95, null);
        for (double part : new double[] {0.1, 0.5, 0.8}) {
            Path cut = Files.write(folder.resolve("cut.jpg"), Arrays.copyOf(main, (int) (main.length * part)));
            assertThatThrownBy(() -> VideoReader.readAll(cut, ReadOptions.DEFAULT)).isInstanceOf(MediaException.class)
                    .hasMessageContaining("cut.jpg");
        }
    }
}
