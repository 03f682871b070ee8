package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {
    @ParameterizedTest
    @CsvSource({"a.mp4,MP4", "A.MP4,MP4", "b.webm,WEBM", "c.gif,GIF", "d.webp,WEBP", "e.apng,APNG", "f.png,PNG", "g.y4m,Y4M",
        "frames/,PNG_SEQUENCE", "f_%04d.png,PNG_SEQUENCE", "x/f%d.PNG,PNG_SEQUENCE"})
    void theNameChoosesTheFormat(String name, OutputFormat format) {
        assertThat(OutputFormat.of(name)).isEqualTo(format);
    }

    @Test
    void anExistingFolderTakesASequence(@TempDir Path folder) {
        assertThat(OutputFormat.of(folder.toString())).isEqualTo(OutputFormat.PNG_SEQUENCE);
        Clips.write(folder, Clips.ball(2, 16, 16), WriteOptions.plain(12));
        assertThat(folder.resolve("frame_0001.png")).exists();
        Path fresh = folder.resolve("fresh");
        try (var writer = VideoWriter.open(fresh + "/", WriteOptions.plain(12))) {
            Clips.ball(2, 16, 16).forEach(writer::write);
            writer.finish();
        }
        assertThat(fresh.resolve("frame_0001.png")).exists();
    }

    @Test
    void patternsNumberFrames() {
        FramePattern pattern = FramePattern.parse("f_%03d.png");
        assertThat(pattern.name(7)).isEqualTo("f_007.png");
        assertThat(pattern.name(12345)).isEqualTo("f_12345.png");
        assertThat(pattern.covers("f_001.png")).isTrue();
        assertThat(pattern.covers("f_x.png")).isFalse();
        assertThat(pattern.covers("f_.png")).isFalse();
        assertThat(FramePattern.parse("%d.png").name(0)).isEqualTo("0.png");
        assertThat(FramePattern.matches("plain.png")).isFalse();
        assertThat(FramePattern.matches("%s.png")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"12,12,1", "12.5,25,2", "23.976,24000,1001", "29.97,30000,1001", "59.94,60000,1001", "24,24,1", "0.5,1,2", "0.0001,1,1000"})
    void ratesAreFractions(double fps, int num, int den) {
        assertThat(FrameRate.of(fps)).isEqualTo(new FrameRate(num, den));
    }
}
