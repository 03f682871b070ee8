package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What live frames become: one out for each that goes in, decodable from the beginning on, and marked. */
class LiveMediaTest {
    private static final int FRAMES = 30;

    @TempDir
    Path folder;

    private static Frame frame(int i) {
        return Frame.filled(48, 32, new Rgb(i * 8, 255 - i * 8, 90));
    }

    @Test
    void vp9GivesAFrameForAFrameAndAKeyFrameEveryTwoSeconds() {
        var keys = new ArrayList<Integer>();
        try (var vp9 = new Vp9Stream(48, 32, 8)) {
            for (int i = 0; i < FRAMES; i++) {
                Vp9Stream.Chunk chunk = vp9.encode(frame(i), i);
                assertThat(chunk.bytes()).isNotEmpty();
                if (chunk.key()) {
                    keys.add(i);
                }
            }
        }
        assertThat(keys).startsWith(0).contains(16);
        assertThat(Vp9Stream.codec(128, 128)).isEqualTo("vp09.00.10.08");
        assertThat(Vp9Stream.codec(832, 480)).isEqualTo("vp09.00.30.08");
    }

    @Test
    void fragmentsTogetherAreAFileThatPlays() throws Exception {
        var out = new ByteArrayOutputStream();
        try (var mp4 = FragmentedMp4.open(48, 32, 8)) {
            out.write(mp4.initSegment());
            assertThat(box(mp4.initSegment())).isEqualTo("ftyp");
            for (int i = 0; i < FRAMES; i++) {
                Vp9Stream.Chunk fragment = mp4.fragment(frame(i), i);
                assertThat(box(fragment.bytes())).isEqualTo("moof");
                assertThat(fragment.key()).isEqualTo(i % 16 == 0);
                out.write(fragment.bytes());
            }
        }
        Path file = Files.write(folder.resolve("live.mp4"), out.toByteArray());
        List<Frame> read = VideoReader.readAll(file, ReadOptions.DEFAULT);
        assertThat(read).hasSize(FRAMES);
        for (int i = 0; i < FRAMES; i++) {
            assertThat(read.get(i).at(20, 20, 0)).as("frame " + i).isCloseTo(i * 8, Offset.offset(12));
        }
        assertThat(new String(out.toByteArray(), StandardCharsets.ISO_8859_1)).contains("trainedAlgorithmicMedia");
    }

    private static String box(byte[] bytes) {
        return new String(bytes, 4, 4, StandardCharsets.ISO_8859_1);
    }

    @Test
    void jpegsOfALiveStreamSayThatTheyAreGenerated() throws Exception {
        try (var jpeg = new Jpeg(48, 32, 85)) {
            byte[] marked = jpeg.encodeMarked(frame(3));
            assertThat(new String(marked, StandardCharsets.ISO_8859_1)).contains(GeneratedMetadata.STATEMENT);
            Path file = Files.write(folder.resolve("a.jpg"), marked);
            assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).hasSize(1);
        }
    }
}
