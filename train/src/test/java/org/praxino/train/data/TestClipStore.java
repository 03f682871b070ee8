package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.praxino.io.Json;

/** Small stores with pictures that tests can find again. */
public final class TestClipStore {

    public static final int SIZE = 32;

    private final List<ClipInfo> rows = new ArrayList<>();
    private final List<ClipStoreWriter.Packed> clips = new ArrayList<>();

    /** A clip whose frame i is wholly of colour (r, g, 10 i). */
    public TestClipStore add(String name, int frames, boolean loop, int r, int g, ClipInfo.Split split) {
        try (FrameCodec codec = new FrameCodec(SIZE, SIZE)) {
            List<byte[]> packed = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
                packed.add(codec.pack(filled(r, g, 10 * i, 255)));
            }
            clips.add(new ClipStoreWriter.Packed(name + ".webp", packed, loop, frames, name));
        }
        rows.add(new ClipInfo(name + ".webp", name, name, name, Map.of("group", "test"), split, 1, List.of("a " + name),
                List.of(name, "a " + name, "a " + name + ", tag"), frames > 1 ? List.of("a " + name + " dancing") : List.of()));
        return this;
    }

    public ClipStore open(Path folder) throws IOException {
        ClipStoreWriter.Totals totals;
        try (ClipStoreWriter writer = new ClipStoreWriter(folder)) {
            for (ClipStoreWriter.Packed clip : clips) {
                writer.add(clip);
            }
            totals = writer.finish();
        }
        ClipStoreFiles.writeLines(folder.resolve(ClipStoreFiles.MANIFEST), rows);
        Json.write(folder.resolve(ClipStoreFiles.DATASET), new DatasetInfo(DatasetInfo.FORMAT, "test", SIZE, SIZE, 12, totals.clips(),
                totals.stills(), totals.frames(), totals.bytes(), totals.digest(), "test", List.of(), "none", "nobody"));
        return ClipStore.open(folder);
    }

    public static byte[] filled(int r, int g, int b, int a) {
        byte[] out = new byte[SIZE * SIZE * 4];
        for (int i = 0; i < out.length; i += 4) {
            out[i] = (byte) r;
            out[i + 1] = (byte) g;
            out[i + 2] = (byte) b;
            out[i + 3] = (byte) a;
        }
        return out;
    }
}
