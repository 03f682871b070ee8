package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Animations play as browsers play them: a frame of at most 10 ms stays for 100 ms. */
class BrowserTimesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"0,100", "1,100", "2,20", "3,30", "50,500"})
    void gif(int hundredths, int millis) throws IOException {
        Path file = folder.resolve("clip.gif");
        Clips.write(file, Clips.ball(4, 32, 32), WriteOptions.plain(10));
        byte[] bytes = Files.readAllBytes(file);
        int changed = 0;
        for (int i = 0; i + 8 < bytes.length; i++) { // graphic control extensions
            if ((bytes[i] & 0xff) == 0x21 && (bytes[i + 1] & 0xff) == 0xf9 && bytes[i + 2] == 4 && bytes[i + 7] == 0) {
                bytes[i + 4] = (byte) hundredths;
                bytes[i + 5] = 0;
                changed++;
            }
        }
        assertThat(changed).isEqualTo(4);
        Files.write(file, bytes);
        plays(file, 4, millis);
    }

    @ParameterizedTest
    @CsvSource({"0,100", "1,100", "10,100", "11,11", "40,40"})
    void webp(int written, int millis) throws IOException {
        var pieces = new ArrayList<TestWebp.Piece>();
        for (int i = 0; i < 4; i++) {
            pieces.add(new TestWebp.Piece(0, 0, 16, 16, TestWebp.filled(16, 16, 60 * i, 0, 0, 255), written, false, false));
        }
        plays(Files.write(folder.resolve("clip.webp"), TestWebp.animation(16, 16, pieces)), 4, millis);
    }

    private static void plays(Path file, int frames, int millis) {
        VideoInfo info = VideoProbe.probe(file);
        assertThat(info.seconds()).isCloseTo(frames * millis / 1000.0, within(1e-3));
        assertThat(info.fps()).isCloseTo(1000.0 / millis, within(0.01));
        int each = Math.max(1, Math.round(millis / 10f));
        List<Frame> ticks = VideoReader.readAll(file, ReadOptions.DEFAULT.fps(100));
        assertThat(ticks.size()).isCloseTo(frames * millis / 10, within(1));
        if (millis % 10 == 0) {
            assertThat(Arrays.equals(ticks.get(0).data(), ticks.get(each - 1).data())).isTrue();
            assertThat(Arrays.equals(ticks.get(0).data(), ticks.get(each).data())).isFalse();
        }
    }

    /** APNG has exact delays, and ours are as short as the rate asks for: only a delay of nothing is filled in. */
    @Test
    void apngKeepsShortDelays() {
        Path file = folder.resolve("clip.apng");
        Clips.write(file, Clips.ball(12, 32, 32), WriteOptions.plain(120));
        assertThat(VideoProbe.probe(file).fps()).isCloseTo(120, within(0.5));
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT.fps(120))).hasSize(12);
    }
}
