package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what they seem: one sentence with the file's name, never a crash, never a silent half. */
class BadInputTest {
    @TempDir
    Path folder;

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static void refused(Path file, String... words) {
        assertThatThrownBy(() -> VideoReader.readAll(file, ReadOptions.DEFAULT))
                .isInstanceOf(MediaException.class)
                .hasMessageContaining("'" + file + "'")
                .hasMessageNotContaining("\n")
                .satisfies(e -> assertThat(java.util.List.of(words)).allSatisfy(word -> assertThat(e.getMessage()).contains(word)));
    }

    @Test
    void whatIsNoVideoIsSaidToBeNone() throws IOException {
        refused(file("text.mp4", "Hello, this is no video.\n".repeat(50).getBytes()), "not a picture or video", "webm");
        refused(file("zeros.mp4", new byte[5000]), "not a picture or video");
        refused(file("short.png", new byte[] {1, 2, 3}), "not a picture or video");
        refused(file("empty.mp4", new byte[0]), "empty");
        refused(folder, "folder");
        refused(folder.resolve("nowhere.mp4"), "no such file");
    }

    @Test
    void playlistsAndScriptsOpenNothingElse() throws IOException {
        Path clip = folder.resolve("clip.webm");
        Clips.write(clip, Clips.ball(2, 64, 64), WriteOptions.plain(12));
        refused(file("list.mp4", ("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:" + clip + "\n#EXT-X-ENDLIST\n").getBytes()));
        refused(file("concat.mp4", ("ffconcat version 1.0\nfile '" + clip + "'\n").getBytes()));
    }

    /** A pipe that nobody writes to would be waited for without end. */
    @Test
    void pipesAndDevicesAreNoFiles(@TempDir Path folder) throws Exception {
        Path pipe = folder.resolve("pipe.png");
        Assumptions.assumeTrue(Files.exists(Path.of("/usr/bin/mkfifo")) && new ProcessBuilder("/usr/bin/mkfifo", pipe.toString()).start().waitFor() == 0,
                "there is no mkfifo");
        for (Path file : List.of(pipe, Path.of("/dev/zero"))) {
            assertThatThrownBy(() -> VideoReader.open(file, ReadOptions.DEFAULT)).isInstanceOf(MediaException.class)
                    .hasMessage("cannot read '" + file + "': it is a device or a pipe, and no file");
        }
    }

    @Test
    void namesAreOnlyNames() throws IOException {
        byte[] png = Png.encode(Clips.ball(1, 16, 16).getFirst(), null);
        for (String name : new String[] {"a%03d.png", "http:picture.png", "concat:a|b", "pipe:0", "\u00e9 \u2603.mp4"}) {
            Path file = file(name, png);
            assertThat(VideoProbe.probe(file).width()).as(name).isEqualTo(16);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "h264.mp4", "clip.webm", "clip.gif", "clip.webp", "clip.apng", "still.png"})
    void filesThatBreakOffAreRefused(String name) throws IOException {
        Path whole = folder.resolve(name);
        Clips.write(whole, Clips.ball(name.equals("still.png") ? 1 : 12, 64, 64),
                WriteOptions.plain(12).codec(name.equals("h264.mp4") ? Codec.H264 : Codec.AUTO));
        byte[] bytes = Files.readAllBytes(whole);
        for (double part : new double[] {0.02, 0.3, 0.6, 0.9}) {
            refused(file(part + name, Arrays.copyOf(bytes, (int) (bytes.length * part))));
        }
    }

    @Test
    void goodFramesComeBeforeTheBreak() throws IOException {
        Path whole = folder.resolve("clip.gif");
        Clips.write(whole, Clips.ball(12, 64, 64), WriteOptions.plain(12));
        byte[] bytes = Files.readAllBytes(whole);
        Path cut = file("cut.gif", Arrays.copyOf(bytes, bytes.length * 2 / 3));
        try (var reader = VideoReader.open(cut, ReadOptions.DEFAULT)) {
            for (int i = 0; i < 4; i++) {
                assertThat(reader.next().size()).isEqualTo("64x64");
            }
            assertThatThrownBy(() -> reader.forEachRemaining(frame -> { })).isInstanceOf(MediaException.class);
            assertThatThrownBy(reader::hasNext).isInstanceOf(MediaException.class);
        }
    }

    @Test
    void giganticPicturesAreRefusedBeforeTheyAreUnpacked() throws IOException {
        var png = new ByteArrayOutputStream();
        png.write(PngChunks.SIGNATURE);
        PngChunks.write(png, "IHDR", ByteBuffer.allocate(13).putInt(2_000_000_000).putInt(2_000_000_000).put((byte) 8).put((byte) 2).array());
        PngChunks.write(png, "IDAT", new byte[1000]);
        PngChunks.write(png, "IEND", new byte[0]);
        refused(file("bomb.png", png.toByteArray()), "2000000000x2000000000", "limit");

        Path gif = folder.resolve("clip.gif");
        Clips.write(gif, Clips.ball(1, 16, 16), WriteOptions.plain(12));
        byte[] bytes = Files.readAllBytes(gif);
        Arrays.fill(bytes, 6, 10, (byte) 0xff);
        refused(file("bomb.gif", bytes), "65535x65535", "limit");

        Path webp = folder.resolve("clip.webp");
        Clips.write(webp, Clips.ball(2, 64, 64), WriteOptions.plain(12));
        bytes = Files.readAllBytes(webp);
        Arrays.fill(bytes, 24, 30, (byte) 0xff);
        refused(file("bomb.webp", bytes), "16777216x16777216", "limit");
        refused(file("bomb.y4m", "YUV4MPEG2 W100000 H100000 F25:1\nFRAME\n".getBytes()));
        refused(file("wrong.y4m", "YUV4MPEG2 W-5 H0 F25:1\nFRAME\n".getBytes()));
    }

    /** Flips bytes all over: whatever happens, it is frames or a MediaException. */
    @ParameterizedTest
    @ValueSource(strings = {"clip.mp4", "h264.mp4", "clip.webm", "clip.gif", "clip.webp", "clip.apng", "clip.y4m"})
    void damagedFilesEndInFramesOrASentence(String name) throws IOException {
        Path whole = folder.resolve(name);
        Clips.write(whole, Clips.ball(6, 64, 64), WriteOptions.generated(12, Clips.METADATA)
                .codec(name.equals("h264.mp4") ? Codec.H264 : Codec.AUTO));
        byte[] bytes = Files.readAllBytes(whole);
        var random = new Random(20261121);
        for (int round = 0; round < 40; round++) {
            byte[] damaged = bytes.clone();
            for (int i = 0; i < 1 + round / 4; i++) {
                damaged[random.nextInt(round % 2 == 0 ? Math.min(400, bytes.length) : bytes.length)] = (byte) random.nextInt();
            }
            Path file = file("damaged-" + name, damaged);
            try {
                VideoReader.readAll(file, ReadOptions.DEFAULT.limits(new DecodeLimits(1 << 20, 1000, 100)));
            } catch (MediaException e) {
                assertThat(e.getMessage()).contains(file.toString());
            }
            try {
                GeneratedMetadata.read(file);
            } catch (MediaException e) {
                assertThat(e.getMessage()).contains(file.toString());
            }
        }
    }
}
