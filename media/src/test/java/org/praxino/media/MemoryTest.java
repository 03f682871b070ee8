package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.LeakCheck;

/** Native memory is given back: objects are counted, and what FFmpeg allocates itself is seen in the resident size. */
@ExtendWith(LeakCheck.class)
class MemoryTest {
    @Test
    void readingAndWritingGiveMemoryBack(@TempDir Path folder) throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.mp4"), "no video at all");
        Path gif = folder.resolve("clip.gif");
        List<Frame> clip = Clips.ball(4, 480, 320);
        Clips.write(gif, clip, WriteOptions.plain(12));
        byte[] bytes = Files.readAllBytes(gif);
        Path cut = Files.write(folder.resolve("cut.gif"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        long before = 0;
        for (int round = 0; round < 20; round++) {
            for (String name : List.of("a.webp", "b.gif", "c.mp4", "d.webm")) {
                Path file = folder.resolve(name);
                Clips.write(file, clip, WriteOptions.generated(12, Clips.METADATA).codec(name.equals("c.mp4") ? Codec.H264 : Codec.AUTO));
                VideoReader.readAll(file, ReadOptions.DEFAULT.size(64, 64, Fit.CROP));
            }
            for (Path bad : List.of(broken, cut)) {
                try {
                    VideoReader.readAll(bad, ReadOptions.DEFAULT);
                } catch (MediaException e) {
                    assertThat(e.getMessage()).contains(bad.toString());
                }
            }
            if (round == 7) {
                System.gc();
                before = Pointer.physicalBytes();
            }
        }
        System.gc();
        // 12 rounds of 16 pictures of 480x320: leaking them would cost 90 MB, leaking their encoders far more.
        assertThat(Pointer.physicalBytes() - before).isLessThan(16 << 20);
    }
}
