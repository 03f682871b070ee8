package org.praxino.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.tensor.UserException;

class ClipStoreTest {

    @TempDir
    private Path folder;

    @Test
    void aFrameComesBackAsItWas() throws Exception {
        Random random = new Random(1);
        try (FrameCodec codec = new FrameCodec(8, 5)) {
            for (int kind = 0; kind < 3; kind++) {
                byte[] frame = new byte[8 * 5 * 4];
                if (kind > 0) {
                    random.nextBytes(frame);
                }
                byte[] out = new byte[frame.length + 7];
                codec.unpack(ByteBuffer.wrap(codec.pack(frame)), out, 7);
                assertThat(java.util.Arrays.copyOfRange(out, 7, out.length)).isEqualTo(frame);
            }
        }
    }

    @Test
    void loopsWrapRoundAndOtherClipsHoldTheirEnds() throws IOException {
        try (ClipStore store = new TestClipStore().add("wheel", 3, true, 1, 2, ClipInfo.Split.TRAIN)
                .add("film", 3, false, 3, 4, ClipInfo.Split.TRAIN).add("stone", 1, true, 5, 6, ClipInfo.Split.TRAIN).open(folder)) {
            assertThat(blues(store, 0, 2, 8)).containsExactly(20, 0, 10, 20, 0, 10, 20, 0);
            assertThat(blues(store, 0, -4, 3)).containsExactly(20, 0, 10);
            assertThat(blues(store, 1, 1, 4)).containsExactly(10, 20, 20, 20);
            assertThat(blues(store, 1, -2, 4)).containsExactly(0, 0, 0, 10);
            assertThat(blues(store, 2, 5, 3)).containsExactly(0, 0, 0);
            assertThat(store.clips()).extracting(ClipStore.Clip::still).containsExactly(false, false, true);
            assertThat(store.info().clips()).isEqualTo(2);
            assertThat(store.info().stills()).isEqualTo(1);
            assertThat(store.info().frames()).isEqualTo(7);
        }
    }

    @Test
    void manyThreadsReadAtOnce() throws IOException {
        try (ClipStore store = new TestClipStore().add("wheel", 20, true, 1, 2, ClipInfo.Split.TRAIN).open(folder)) {
            List<List<Integer>> seen = IntStream.range(0, 200).parallel().mapToObj(i -> blues(store, 0, i % 20, 2)).toList();
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i)).containsExactly(10 * (i % 20), 10 * ((i + 1) % 20));
            }
        }
    }

    @Test
    void theDigestNamesPixelsAndCaptions() throws IOException {
        String first;
        try (ClipStore store = new TestClipStore().add("wheel", 3, true, 1, 2, ClipInfo.Split.TRAIN).open(folder)) {
            first = store.digest();
        }
        try (ClipStore store = ClipStore.open(folder)) {
            assertThat(store.digest()).isEqualTo(first);
        }
        Path manifest = folder.resolve(ClipStoreFiles.MANIFEST);
        Files.writeString(manifest, Files.readString(manifest).replace("a wheel", "one wheel"));
        try (ClipStore store = ClipStore.open(folder)) {
            assertThat(store.digest()).isNotEqualTo(first);
            assertThat(store.info().digest()).hasSize(64);
        }
    }

    @Test
    void whatIsNoWholeStoreIsRefused() throws IOException {
        assertThatThrownBy(() -> ClipStore.open(folder.resolve("none"))).isInstanceOf(UserException.class)
                .hasMessageContaining("praxino data prepare");
        new TestClipStore().add("wheel", 3, true, 1, 2, ClipInfo.Split.TRAIN).open(folder).close();
        Path pixels = folder.resolve(ClipStoreFiles.PIXELS);
        byte[] whole = Files.readAllBytes(pixels);
        Files.write(pixels, java.util.Arrays.copyOf(whole, whole.length - 1));
        assertThatThrownBy(() -> ClipStore.open(folder)).isInstanceOf(UserException.class).hasMessageContaining("incomplete");
        Files.write(pixels, new byte[whole.length]);
        try (ClipStore store = ClipStore.open(folder)) {
            assertThatThrownBy(() -> store.readRgba(store.clips().getFirst(), 0, 1)).hasMessageContaining("is damaged");
        }
    }

    @Test
    void nothingIsLeftOfAnUnfinishedStore() throws IOException {
        new ClipStoreWriter(folder).close();
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
        new ClipStoreWriter(folder.resolve("new")).close();
        assertThat(folder.resolve("new")).doesNotExist();
    }

    private static List<Integer> blues(ClipStore store, int clip, int first, int count) {
        byte[] rgba = store.readRgba(store.clips().get(clip), first, count);
        int size = TestClipStore.SIZE * TestClipStore.SIZE * 4;
        assertThat(rgba).hasSize(count * size);
        return IntStream.range(0, count).mapToObj(i -> rgba[(i + 1) * size - 2] & 255).toList();
    }
}
