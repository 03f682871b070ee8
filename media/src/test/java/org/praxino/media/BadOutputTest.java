package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Outputs that cannot be: one sentence, before the work where possible, and nothing left behind. */
class BadOutputTest {
    private static final WriteOptions OPTIONS = WriteOptions.generated(12, Clips.METADATA);

    @TempDir
    Path folder;

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder)).map(file -> folder.relativize(file).toString()).sorted().toList();
        }
    }

    @Test
    void formatsAreNamedInTheRefusal() {
        assertThatThrownBy(() -> VideoWriter.open("clip.mov", OPTIONS)).isInstanceOf(MediaException.class)
                .hasMessageContaining("'clip.mov'").hasMessageContaining(".mp4").hasMessageContaining(".webm").hasMessageContaining(".apng");
        assertThatThrownBy(() -> VideoWriter.open("clip", OPTIONS)).hasMessageContaining("'clip'");
        assertThatThrownBy(() -> VideoWriter.open("clip.gif", WriteOptions.plain(60))).hasMessageContaining("at most 50");
        assertThatThrownBy(() -> VideoWriter.open("clip.webm", OPTIONS.codec(Codec.H264))).hasMessageContaining("WebM cannot hold h264");
        assertThatThrownBy(() -> VideoWriter.open("clip.gif", OPTIONS.codec(Codec.AV1))).hasMessageContaining("GIF cannot hold av1");
        assertThatThrownBy(() -> VideoWriter.open("clip.mp4", OPTIONS.chroma(Chroma.YUV444))).hasMessageContaining("4:4:4");
        assertThatThrownBy(() -> Codec.parse("divx")).isInstanceOf(MediaException.class).hasMessageContaining("'divx'");
        assertThatThrownBy(() -> WriteOptions.plain(0)).isInstanceOf(MediaException.class);
        assertThatThrownBy(() -> OPTIONS.quality(101)).isInstanceOf(MediaException.class).hasMessageContaining("101");
    }

    @Test
    void placesThatCannotBeWrittenAreRefusedAtOnce() throws IOException {
        Path file = Files.writeString(folder.resolve("file.txt"), "x");
        for (String name : List.of("no/folder/clip.mp4", "file.txt/clip.gif")) {
            assertThatThrownBy(() -> VideoWriter.open(folder.resolve(name), OPTIONS))
                    .isInstanceOf(MediaException.class).hasMessageContaining("cannot write").hasMessageContaining("there is no folder");
        }
        assertThatThrownBy(() -> VideoWriter.open(folder, OutputFormat.MP4, OPTIONS)).hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> VideoWriter.open(file, OutputFormat.PNG_SEQUENCE, OPTIONS)).hasMessageContaining("is a file");
        assertThatThrownBy(() -> VideoWriter.open(folder.resolve("x".repeat(300) + ".png"), OPTIONS)).isInstanceOf(MediaException.class);
        Path named = Files.createDirectory(folder.resolve("clip.mp4"));
        assertThatThrownBy(() -> VideoWriter.open(named, OPTIONS)).isInstanceOf(MediaException.class).hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> VideoWriter.open("", OPTIONS)).isInstanceOf(MediaException.class).hasMessageContaining("needs a name");
        assertThat(OutputFormat.of(folder.toString())).isEqualTo(OutputFormat.PNG_SEQUENCE);
        assertThat(left()).containsExactly("clip.mp4", "file.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "clip.webm", "clip.gif", "clip.webp", "clip.apng", "clip.png", "clip.y4m", "frames/"})
    void abortingLeavesNothing(String name) throws IOException {
        try (var writer = VideoWriter.open(folder + "/" + name, OPTIONS)) {
            assertThat(left()).isNotEmpty().allMatch(file -> file.startsWith("."));
            Clips.ball(3, 64, 64).forEach(writer::write);
            assertThat(left()).allMatch(file -> file.startsWith("."));
        }
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "clip.gif", "clip.png"})
    void anOldFileStaysUntilTheNewOneIsWhole(String name) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "old");
        try (var writer = VideoWriter.open(file, OPTIONS)) {
            Clips.ball(3, 64, 64).forEach(writer::write);
            assertThat(file).hasContent("old");
            writer.finish();
        }
        assertThat(Files.size(file)).isGreaterThan(100);
        assertThat(left()).containsExactly(name);
    }

    @Test
    void mistakesOfCallersAreNamed() throws IOException {
        try (var writer = VideoWriter.open(folder.resolve("a.mp4"), OPTIONS)) {
            assertThatThrownBy(writer::finish).isInstanceOf(MediaException.class).hasMessageContaining("not one frame");
            assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class).hasMessageContaining("aborted");
        }
        try (var writer = VideoWriter.open(folder.resolve("b.mp4"), OPTIONS)) {
            writer.write(Frame.filled(64, 64, Rgb.BLACK));
            assertThatThrownBy(() -> writer.write(Frame.filled(64, 66, Rgb.BLACK)))
                    .hasMessageContaining("frame 1 is 64x66").hasMessageContaining("64x64");
        }
        try (var writer = VideoWriter.open(folder.resolve("c.mp4"), OPTIONS.codec(Codec.H264))) {
            assertThatThrownBy(() -> writer.write(Frame.filled(63, 64, Rgb.BLACK)))
                    .isInstanceOf(MediaException.class).hasMessageContaining("even").hasMessageContaining("63x64");
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void framesOfAnEarlierRunAreNotMixedIn() throws IOException {
        Clips.write(folder.resolve("f_%03d.png"), Clips.ball(2, 16, 16), OPTIONS);
        assertThat(left()).containsExactly("f_000.png", "f_001.png");
        assertThatThrownBy(() -> VideoWriter.open(folder.resolve("f_%03d.png"), OPTIONS))
                .isInstanceOf(MediaException.class).hasMessageContaining("there already");
        Clips.write(folder.resolve("g_%d.png"), Clips.ball(1, 16, 16), OPTIONS);
        assertThat(left()).containsExactly("f_000.png", "f_001.png", "g_0.png");
    }

    @Test
    void aFullDiskIsNamed() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "no /dev/full on this system");
        Frame frame = Clips.ball(1, 128, 128).getFirst();
        for (OutputFormat format : List.of(OutputFormat.WEBM, OutputFormat.WEBP)) {
            assertThatThrownBy(() -> {
                        try (var sink = EncodedSink.open(format, full, frame, OPTIONS)) {
                            sink.add(frame);
                            sink.finish();
                        }
                    })
                    .as(format.toString()).isInstanceOf(IOException.class)
                    .satisfies(e -> assertThat(WriteErrors.of(Path.of("clip"), (IOException) e)).hasMessageContaining("the disk is full"));
        }
        try (OutputStream out = Files.newOutputStream(full); var writer = VideoWriter.y4m(out, OPTIONS)) {
            assertThatThrownBy(() -> {
                writer.write(frame);
                writer.finish();
            }).isInstanceOf(MediaException.class).hasMessageContaining("standard output").hasMessageContaining("the disk is full");
        }
    }

    @Test
    void standardOutputTakesRawFrames() {
        var out = new ByteArrayOutputStream();
        try (var writer = VideoWriter.y4m(out, OPTIONS)) {
            Clips.ball(2, 64, 48).forEach(writer::write);
            writer.finish();
        }
        String header = "YUV4MPEG2 W64 H48 F12:1 Ip A1:1 C420mpeg2 XAI-GENERATED\n";
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).startsWith(header + "FRAME\n");
        assertThat(out.size()).isEqualTo(header.length() + 2 * (6 + 64 * 48 * 3 / 2));
    }
}
