package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single pictures: PNG, JPEG and contact sheets; read back also by the JDK, which shares no code with us. */
class ImageFilesTest {
    @TempDir
    Path folder;

    @Test
    void pngIsExactForAnotherReader() throws IOException {
        for (Frame frame : List.of(Clips.ball(1, 61, 47).getFirst(), Clips.floating(1, 32, 20).getFirst(), Frame.filled(1, 1, Rgb.WHITE))) {
            var image = ImageIO.read(new ByteArrayInputStream(Png.encode(frame, Clips.METADATA)));
            assertThat(image.getWidth()).isEqualTo(frame.width());
            for (int y = 0; y < frame.height(); y++) {
                for (int x = 0; x < frame.width(); x++) {
                    int argb = image.getRGB(x, y);
                    assertThat(argb >> 16 & 0xff).isEqualTo(frame.at(x, y, 0));
                    assertThat(argb >> 8 & 0xff).isEqualTo(frame.at(x, y, 1));
                    assertThat(argb & 0xff).isEqualTo(frame.at(x, y, 2));
                    assertThat(argb >>> 24).isEqualTo(frame.hasAlpha() ? frame.at(x, y, 3) : 255);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"30,26", "60,29", "85,32", "100,42"})
    void jpegGetsBetterWithQuality(int quality, double psnr) throws IOException {
        Frame frame = Clips.ball(1, 128, 96).getFirst();
        byte[] jpeg = Jpeg.encode(frame, quality, null);
        assertThat(ImageIO.read(new ByteArrayInputStream(jpeg)).getHeight()).isEqualTo(96);
        Path file = Files.write(folder.resolve("x.jpg"), jpeg);
        List<Frame> back = VideoReader.readAll(file, ReadOptions.DEFAULT);
        assertThat(Clips.psnr(List.of(frame), back)).isGreaterThan(psnr);
        assertThat(VideoProbe.probe(file).isStill()).isTrue();
    }

    @Test
    void oneJpegEncoderServesAStream() {
        try (var jpeg = new Jpeg(96, 64, 85)) {
            List<Frame> clip = Clips.ball(5, 96, 64);
            byte[] first = jpeg.encode(clip.getFirst());
            for (Frame frame : clip) {
                assertThat(jpeg.encode(frame)).startsWith(0xff, 0xd8).endsWith(0xff, 0xd9);
            }
            assertThat(jpeg.encode(clip.getFirst())).isEqualTo(first);
            assertThatThrownBy(() -> jpeg.encode(Frame.filled(64, 64, Rgb.BLACK))).hasMessageContaining("96x64").hasMessageContaining("64x64");
        }
    }

    @Test
    void aStillStaysOneFrameAtAnyRate() {
        Clips.write(folder.resolve("still.png"), Clips.ball(1, 32, 32), WriteOptions.plain(12));
        assertThat(VideoReader.readAll(folder.resolve("still.png"), ReadOptions.DEFAULT.fps(100).start(3))).hasSize(1);
    }

    @Test
    void sheetsShowRowsWithLabels() {
        List<Frame> clip = Clips.ball(20, 64, 48);
        var sheet = new ContactSheet(64, Rgb.WHITE)
                .row("a red ball drifts over a meadow and the label is much too long for the sheet", ContactSheet.spread(clip, 4))
                .row("", ContactSheet.spread(clip, 3));
        Frame drawn = sheet.draw();
        assertThat(drawn.size()).isEqualTo((4 + 4 * 68) + "x" + (4 + 18 + 52 + 52));
        assertThat(FrameTransforms.crop(drawn, 4, 22, 64, 48).data()).isEqualTo(clip.getFirst().data());
        assertThat(FrameTransforms.crop(drawn, 4 + 3 * 68, 22, 64, 48).data()).isEqualTo(clip.getLast().data());
    }

    @Test
    void severalFramesInOnePngMakeASheet() {
        Clips.write(folder.resolve("sheet.png"), Clips.ball(200, 32, 32), WriteOptions.generated(12, Clips.METADATA));
        VideoInfo info = VideoProbe.probe(folder.resolve("sheet.png"));
        assertThat(info.width()).isEqualTo(4 + 6 * 36);
        assertThat(info.height()).isEqualTo(4 + 6 * 36);
    }

    @Test
    void spreadingKeepsTheEnds() {
        List<Frame> clip = Clips.ball(10, 8, 8);
        assertThat(ContactSheet.spread(clip, 3)).hasSize(3).startsWith(clip.getFirst()).endsWith(clip.getLast());
        assertThat(ContactSheet.spread(clip, 99)).isSameAs(clip);
        assertThatThrownBy(() -> new ContactSheet(64, Rgb.BLACK).draw()).hasMessageContaining("at least one row");
        assertThatThrownBy(() -> new ContactSheet(64, Rgb.BLACK).row("x", List.of())).hasMessageContaining("'x'");
    }
}
