package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HEIC and AVIF stills: whole when they are made of tiles, with their transparency, upright. */
class HeifTest {
    @TempDir
    Path folder;

    private Path file(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    private static Frame one(Path file, Background background) {
        VideoInfo info = VideoProbe.probe(file);
        assertThat(info.isStill()).isTrue();
        List<Frame> frames = VideoReader.readAll(file, ReadOptions.DEFAULT.background(background).fps(12));
        assertThat(frames).hasSize(1);
        assertThat(frames.getFirst().size()).isEqualTo(info.width() + "x" + info.height());
        return frames.getFirst();
    }

    private static int tiles(TestHeif heif, String corners, int rows, int columns, int width, int height, byte[]... more) throws IOException {
        Frame whole = Corners.of(corners, 64 * columns, 64 * rows);
        var ids = new java.util.ArrayList<Integer>();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                ids.add(heif.coded(FrameTransforms.crop(whole, 64 * column, 64 * row, 64, 64)));
            }
        }
        return heif.grid(ids, rows, columns, width, height, more);
    }

    @Test
    void tilesMakeOnePicture() throws IOException {
        var heif = new TestHeif();
        int grid = tiles(heif, "RGBW", 2, 3, 192, 128);
        Frame frame = one(file("grid.avif", heif.file(grid)), Rgb.WHITE);
        assertThat(frame.size()).isEqualTo("192x128");
        assertThat(Corners.read(frame)).isEqualTo(Corners.UPRIGHT);
    }

    @Test
    void whatTilesHaveBeyondThePictureIsCutOff() throws IOException {
        var heif = new TestHeif();
        int grid = tiles(heif, "RGBW", 2, 2, 100, 70);
        Frame frame = one(file("grid.avif", heif.file(grid)), Rgb.WHITE);
        assertThat(frame.size()).isEqualTo("100x70");
        assertThat(frame.at(5, 5, 0)).isGreaterThan(200);
        assertThat(frame.at(99, 69, 2)).isGreaterThan(200);
    }

    @ParameterizedTest
    @CsvSource({"0,-1,RGBW", "1,-1,GWRB", "2,-1,WBGR", "3,-1,BRWG", "0,1,GRWB", "0,0,BWRG", "1,1,WGBR"})
    void rotationAndMirrorAreFollowed(int rotation, int mirror, String upright) throws IOException {
        for (boolean tiled : new boolean[] {false, true}) {
            var heif = new TestHeif();
            byte[][] turned = mirror < 0 ? new byte[][] {TestHeif.rotation(rotation)}
                    : new byte[][] {TestHeif.rotation(rotation), TestHeif.mirror(mirror)};
            int item = tiled ? tiles(heif, "RGBW", 1, 2, 128, 64, turned) : heif.coded(Corners.of("RGBW", 128, 64), turned);
            Frame frame = one(file("turned.avif", heif.file(item)), Rgb.WHITE);
            assertThat(Corners.read(frame)).as("tiled: %s", tiled).isEqualTo(upright);
            assertThat(frame.width()).isEqualTo(rotation % 2 == 0 ? 128 : 64);
        }
    }

    @Test
    void transparencyIsKept() throws IOException {
        for (boolean tiled : new boolean[] {false, true}) {
            var heif = new TestHeif();
            byte[] isAlpha = TestHeif.auxiliary(TestHeif.ALPHA);
            int colours = tiled ? tiles(heif, "RGBW", 1, 2, 128, 64) : heif.coded(Corners.of("RGBW", 128, 64));
            int alpha = tiled ? tiles(heif, "WKWK", 1, 2, 128, 64, isAlpha) : heif.coded(Corners.of("WKWK", 128, 64), isAlpha);
            heif.refer("auxl", alpha, List.of(colours));
            Path file = file("alpha.avif", heif.file(colours));
            assertThat(VideoProbe.probe(file).hasAlpha()).isTrue();
            Frame frame = one(file, Background.TRANSPARENT);
            assertThat(frame.at(20, 20, 3)).as("tiled: %s", tiled).isCloseTo(255, within(2));
            assertThat(frame.at(100, 20, 3)).isCloseTo(0, within(2));
            assertThat(Corners.read(one(file, Rgb.WHITE))).isEqualTo("RWBW");
        }
    }

    @Test
    void otherPicturesOfTheFileAreNotShown() throws IOException {
        var heif = new TestHeif();
        int thumbnail = heif.coded(Corners.of("WWWW", 64, 64));
        int depth = heif.coded(Corners.of("KKKK", 64, 64), TestHeif.auxiliary("urn:mpeg:mpegB:cicp:systems:auxiliary:depth"));
        int shown = heif.coded(Corners.of("RGBW", 96, 64));
        heif.refer("thmb", thumbnail, List.of(shown));
        heif.refer("auxl", depth, List.of(shown));
        Path file = file("several.avif", heif.file(shown));
        Frame frame = one(file, Rgb.BLACK);
        assertThat(VideoProbe.probe(file).hasAlpha()).isFalse();
        assertThat(frame.size()).isEqualTo("96x64");
        assertThat(Corners.read(frame)).isEqualTo(Corners.UPRIGHT);
    }

    @Test
    void whatIsNotReadIsSaid() throws IOException {
        var heif = new TestHeif();
        int grid = tiles(heif, "RGBW", 1, 2, 128, 64);
        int alpha = heif.coded(Corners.of("WWWW", 64, 64), TestHeif.auxiliary(TestHeif.ALPHA));
        heif.refer("auxl", alpha, List.of(1));
        Path perTile = file("per-tile.avif", heif.file(grid));
        assertThatThrownBy(() -> VideoProbe.probe(perTile)).isInstanceOf(MediaException.class)
                .hasMessageContaining("per-tile.avif").hasMessageContaining("each of its tiles has a transparency of its own");
        Path nowhere = file("nowhere.avif", heif.file(99));
        assertThatThrownBy(() -> VideoProbe.probe(nowhere)).isInstanceOf(MediaException.class).hasMessageContaining("nowhere.avif");
    }

    @Test
    void tilesCountAgainstTheLimit() throws IOException {
        var heif = new TestHeif();
        int grid = tiles(heif, "RGBW", 2, 2, 128, 128);
        Path file = file("grid.avif", heif.file(grid));
        var limits = new DecodeLimits(128 * 128 - 1, 10, 10);
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT.limits(limits))).isInstanceOf(MediaException.class)
                .hasMessageContaining("limit");
    }

    /** Cut at any place and with bytes changed: a whole picture or a sentence. */
    @Test
    void damagedFilesEndInAPictureOrASentence() throws IOException {
        var heif = new TestHeif();
        int grid = tiles(heif, "RGBW", 1, 2, 120, 60);
        int alpha = tiles(heif, "WKWK", 1, 2, 120, 60, TestHeif.auxiliary(TestHeif.ALPHA));
        heif.refer("auxl", alpha, List.of(grid));
        byte[] bytes = heif.file(grid);
        for (int cut : new int[] {20, 200, bytes.length / 2, bytes.length - 30, bytes.length - 1}) {
            Path file = file("cut.avif", Arrays.copyOf(bytes, cut));
            assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT)).as("cut at %d of %d", cut, bytes.length)
                    .isInstanceOf(MediaException.class).hasMessageContaining("cut.avif");
        }
        var random = new Random(23);
        for (int round = 0; round < 150; round++) {
            byte[] damaged = round % 3 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
            for (int i = 0; round % 3 != 0 && i < 1 + round / 20; i++) {
                damaged[random.nextInt(round % 2 == 0 ? Math.min(900, bytes.length) : bytes.length)] = (byte) random.nextInt();
            }
            Path file = file("damaged.avif", damaged);
            try {
                VideoReader.readAll(file, ReadOptions.DEFAULT.limits(new DecodeLimits(1 << 20, 100, 100)));
            } catch (MediaException e) {
                assertThat(e.getMessage()).contains("damaged.avif");
            }
        }
    }
}
