package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Films of half pictures (interlaced) come out as whole ones, without combs. */
class InterlacedTest {
    private static final int WIDTH = 64;
    private static final int HEIGHT = 48;

    @TempDir
    Path folder;

    /** A bright bar that moves 6 pixels from one half picture to the next, on grey; {@code kind} is Y4M's letter for the order of lines. */
    private Path film(String kind, int frames) throws IOException {
        var out = new ByteArrayOutputStream();
        out.writeBytes(("YUV4MPEG2 W" + WIDTH + " H" + HEIGHT + " F25:1 I" + kind + " A1:1 C420jpeg\n").getBytes(StandardCharsets.US_ASCII));
        for (int t = 0; t < frames; t++) {
            out.writeBytes("FRAME\n".getBytes(StandardCharsets.US_ASCII));
            for (int y = 0; y < HEIGHT; y++) {
                boolean second = !kind.equals("p") && (y % 2 == 0) == kind.equals("b");
                int at = 4 + 12 * t + (second ? 6 : 0);
                var row = new byte[WIDTH];
                Arrays.fill(row, (byte) 60);
                Arrays.fill(row, Math.min(WIDTH, at), Math.min(WIDTH, at + 12), (byte) 200);
                out.writeBytes(row);
            }
            var grey = new byte[WIDTH * HEIGHT / 2];
            Arrays.fill(grey, (byte) 128);
            out.writeBytes(grey);
        }
        return Files.write(folder.resolve("film-" + kind + ".y4m"), out.toByteArray());
    }

    /** How much lines differ from both neighbours in the same direction, summed over the picture. */
    private static long combs(Frame frame) {
        long sum = 0;
        for (int y = 2; y < frame.height() - 2; y++) {
            for (int x = 0; x < frame.width(); x++) {
                int up = frame.at(x, y, 1) - frame.at(x, y - 1, 1);
                int down = frame.at(x, y, 1) - frame.at(x, y + 1, 1);
                sum += up * down > 0 ? Math.min(Math.abs(up), Math.abs(down)) : 0;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(strings = {"t", "b"})
    void halfPicturesBecomeWholeOnes(String kind) throws IOException {
        Path file = film(kind, 4);
        List<Frame> frames = VideoReader.readAll(file, ReadOptions.DEFAULT);
        assertThat(frames).hasSize(4);
        for (Frame frame : frames) {
            assertThat(combs(frame)).isLessThan(2000);
        }
        assertThat(frames.get(1).at(4 + 12 + 4, 20, 1)).as("the bar of the first half is at its place").isGreaterThan(180);
        assertThat(frames.get(1).at(4 + 12 + 14, 20, 1)).as("and that of the second is gone").isLessThan(120);
        assertThat(VideoProbe.probe(file).fps()).isCloseTo(25, within(1e-6));
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT.fps(25))).hasSize(4);
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT.start(0.08).maxFrames(1)).getFirst().data()).isEqualTo(frames.get(2).data());
    }

    @Test
    void wholePicturesAreNotTouched() throws IOException {
        List<Frame> frames = VideoReader.readAll(film("p", 3), ReadOptions.DEFAULT);
        Frame second = frames.get(1);
        for (int y = 0; y < HEIGHT; y++) {
            assertThat(second.at(16, y, 1)).isEqualTo(second.at(16, 0, 1));
        }
        long untouched = combs(second);
        assertThat(untouched).isZero();
    }

    @Test
    void goodPicturesComeBeforeTheBreak() throws IOException {
        byte[] bytes = Files.readAllBytes(film("t", 4));
        bytes[bytes.length - WIDTH * HEIGHT * 3 / 2 - 3] = 'X'; // in the mark of the fourth frame
        Path broken = Files.write(folder.resolve("broken.y4m"), bytes);
        try (var reader = VideoReader.open(broken, ReadOptions.DEFAULT)) {
            for (int i = 0; i < 3; i++) {
                assertThat(reader.next().size()).isEqualTo("64x48");
            }
            assertThatThrownBy(reader::hasNext).isInstanceOf(MediaException.class).hasMessageContaining("broken.y4m");
        }
    }
}
