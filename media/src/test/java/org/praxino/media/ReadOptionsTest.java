package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadOptionsTest {
    @TempDir
    static Path folder;

    /** 24 frames at 12 a second, frame t of grey level 10 t, in several formats whose clocks round differently. */
    @BeforeAll
    static void write() {
        var clip = new ArrayList<Frame>();
        for (int t = 0; t < 24; t++) {
            clip.add(Frame.filled(64, 64, new Rgb(10 * t, 10 * t, 10 * t)));
        }
        for (String name : List.of("grey.mp4", "grey.webm", "grey.gif", "grey.webp", "grey.apng")) {
            Clips.write(folder.resolve(name), clip, WriteOptions.plain(12));
        }
    }

    private static List<Integer> read(String name, ReadOptions options) {
        return VideoReader.readAll(folder.resolve(name), options).stream()
                .map(frame -> (int) Math.round(frame.at(32, 32, 0) / 10.0)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey.mp4", "grey.webm", "grey.gif", "grey.webp", "grey.apng"})
    void ratesAreChangedByTime(String name) {
        assertThat(read(name, ReadOptions.DEFAULT)).hasSize(24);
        assertThat(read(name, ReadOptions.DEFAULT.fps(12))).containsExactly(
                0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
        assertThat(read(name, ReadOptions.DEFAULT.fps(6))).containsExactly(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22);
        assertThat(read(name, ReadOptions.DEFAULT.fps(24)).subList(0, 8)).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
        assertThat(read(name, ReadOptions.DEFAULT.fps(24))).hasSize(48);
        assertThat(read(name, ReadOptions.DEFAULT.fps(8)).subList(0, 4)).containsExactly(0, 1, 3, 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grey.mp4", "grey.webm", "grey.gif", "grey.webp", "grey.apng"})
    void partsAreRead(String name) {
        assertThat(read(name, ReadOptions.DEFAULT.start(1).maxFrames(3))).containsExactly(12, 13, 14);
        assertThat(read(name, ReadOptions.DEFAULT.start(1.5).fps(6))).containsExactly(18, 20, 22);
        assertThat(read(name, ReadOptions.DEFAULT.maxFrames(1))).containsExactly(0);
        assertThat(read(name, ReadOptions.DEFAULT.start(99))).isEmpty();
    }

    @Test
    void sizesAreFitted() {
        Path file = folder.resolve("wide.apng");
        Clips.write(file, Clips.ball(2, 120, 60), WriteOptions.plain(12));
        var red = new Rgb(200, 0, 0);
        Frame crop = VideoReader.readAll(file, ReadOptions.DEFAULT.size(32, 32, Fit.CROP)).getFirst();
        Frame pad = VideoReader.readAll(file, ReadOptions.DEFAULT.size(32, 32, Fit.PAD).background(red)).getFirst();
        Frame stretch = VideoReader.readAll(file, ReadOptions.DEFAULT.size(32, 32, Fit.STRETCH)).getFirst();
        assertThat(List.of(crop.size(), pad.size(), stretch.size())).containsOnly("32x32");
        assertThat(pad.at(16, 2, 0)).isEqualTo(200); // padding above and below
        assertThat(pad.at(16, 30, 0)).isEqualTo(200);
        assertThat(pad.at(16, 9, 2)).isGreaterThan(200); // sky inside
        assertThat(crop.at(16, 1, 2)).isCloseTo(250, within(3)); // sky to the edge
        assertThat(crop.at(16, 31, 1)).isCloseTo(150, within(3)); // floor at the other
        assertThat(stretch.at(16, 31, 1)).isCloseTo(150, within(3));
    }

    @Test
    void transparentPaddingNeedsNoAlphaInTheFile() {
        Path file = folder.resolve("plain.apng");
        Clips.write(file, Clips.ball(1, 40, 20), WriteOptions.plain(12));
        Frame frame = VideoReader.readAll(file, ReadOptions.DEFAULT.size(32, 32, Fit.PAD).background(Background.TRANSPARENT)).getFirst();
        assertThat(frame.channels()).isEqualTo(4);
        assertThat(frame.at(16, 1, 3)).isZero();
        assertThat(frame.at(16, 16, 3)).isEqualTo(255);
    }

    @Test
    void limitsStopHostileFiles() {
        Path file = folder.resolve("grey.webm");
        assertThatThrownBy(() -> VideoReader.open(file, ReadOptions.DEFAULT.limits(new DecodeLimits(64 * 63, 100, 10))))
                .isInstanceOf(MediaException.class).hasMessageContaining("64x64").hasMessageContaining("limit of 4032 pixels");
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT.limits(new DecodeLimits(1 << 20, 10, 10))))
                .isInstanceOf(MediaException.class).hasMessageContaining("more than 10 frames");
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT.fps(100).limits(new DecodeLimits(1 << 20, 30, 10))))
                .isInstanceOf(MediaException.class).hasMessageContaining("more than 30 frames");
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT.limits(new DecodeLimits(1 << 20, 100, 0.5))))
                .isInstanceOf(MediaException.class).hasMessageContaining("longer than 0.5 seconds");
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT.maxFrames(10).limits(new DecodeLimits(1 << 20, 10, 10)))).hasSize(10);
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT.limits(new DecodeLimits(1 << 20, 1000, 100, 64 * 64 * 3))))
                .isInstanceOf(MediaException.class).hasMessageContaining("of 64x64 are above the limit of 12288 pixels in all");
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT.maxFrames(3).limits(new DecodeLimits(1 << 20, 1000, 100, 64 * 64 * 3)))).hasSize(3);
    }

    /** 23 kB that would unpack into 17 thousand million pixels. */
    @Test
    void manyFramesOnALargeCanvasAreRefusedAtOnce() throws Exception {
        var bytes = new java.io.ByteArrayOutputStream();
        bytes.writeBytes("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        bytes.writeBytes(new byte[] {0, 16, 0, 16, (byte) 0x80, 0, 0, 0, 0, 0, -1, -1, -1}); // 4096x4096, two colours
        for (int i = 0; i < 1001; i++) {
            bytes.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 0, 1, 0, 0, 0});
            bytes.writeBytes(new byte[] {0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0}); // a frame of 1x1
        }
        bytes.write(0x3b);
        Path file = java.nio.file.Files.write(folder.resolve("canvas.gif"), bytes.toByteArray());
        long begun = System.nanoTime();
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT.limits(new DecodeLimits(4096 * 4096, 2000, 300, 1L << 31))))
                .isInstanceOf(MediaException.class).hasMessageContaining("1001 frames of 4096x4096").hasMessageContaining("in all");
        assertThat(System.nanoTime() - begun).isLessThan(5_000_000_000L);
        assertThat(GifBlocks.times(file)).hasSize(1002);
    }

    @Test
    void iterationFollowsTheRules() {
        try (var reader = VideoReader.open(folder.resolve("grey.mp4"), ReadOptions.DEFAULT.maxFrames(2))) {
            assertThat(reader.hasNext()).isTrue();
            assertThat(reader.hasNext()).isTrue();
            reader.next();
            reader.next();
            assertThat(reader.hasNext()).isFalse();
            assertThatThrownBy(reader::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> ReadOptions.DEFAULT.size(64, 0, Fit.CROP)).hasMessageContaining("64x0");
        assertThatThrownBy(() -> ReadOptions.DEFAULT.size(100_000, 100_000, Fit.CROP)).hasMessageContaining("100000x100000");
        assertThatThrownBy(() -> ReadOptions.DEFAULT.fps(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> ReadOptions.DEFAULT.fps(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> ReadOptions.DEFAULT.start(-0.1)).hasMessageContaining("-0.1");
        assertThatThrownBy(() -> ReadOptions.DEFAULT.maxFrames(0)).hasMessageContaining("maxFrames=0");
        assertThatThrownBy(() -> new DecodeLimits(0, 1, 1)).hasMessageContaining("0 pixels");
    }
}
