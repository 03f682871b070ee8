package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.praxino.io.Json;

/** A small store of discs on a transparent ground that swing from side to side, for tests of other packages. */
public final class MovingClipStore {
    public static final int SIZE = 32;

    /** @param rgb colour of the disc @param swing pixels to either side @param split that the clip is in */
    public record Disc(String name, int[] rgb, double swing, ClipInfo.Split split) {}

    private MovingClipStore() {}

    /** Writes clips of {@code frames} frames, each with the captions "a NAME" and "a swinging NAME", and opens them. */
    public static ClipStore write(Path folder, int frames, List<Disc> discs) throws IOException {
        List<ClipInfo> rows = new ArrayList<>();
        ClipStoreWriter.Totals totals;
        try (ClipStoreWriter writer = new ClipStoreWriter(folder);
                FrameCodec codec = new FrameCodec(SIZE, SIZE)) {
            for (Disc disc : discs) {
                List<byte[]> packed = new ArrayList<>();
                for (int i = 0; i < frames; i++) {
                    packed.add(codec.pack(frame(disc, 2 * Math.PI * i / frames)));
                }
                String file = disc.name + rows.size();
                writer.add(new ClipStoreWriter.Packed(file, packed, true, frames, file));
                rows.add(new ClipInfo(file, disc.name, disc.name, disc.name, Map.of(), disc.split, 1, List.of("a " + disc.name),
                        List.of("a " + disc.name), List.of("a swinging " + disc.name)));
            }
            totals = writer.finish();
        }
        ClipStoreFiles.writeLines(folder.resolve(ClipStoreFiles.MANIFEST), rows);
        Json.write(folder.resolve(ClipStoreFiles.DATASET), new DatasetInfo(DatasetInfo.FORMAT, "discs", SIZE, SIZE, 12, totals.clips(),
                totals.stills(), totals.frames(), totals.bytes(), totals.digest(), "discs", List.of(), "none", "nobody"));
        return ClipStore.open(folder);
    }

    private static byte[] frame(Disc disc, double phase) {
        byte[] rgba = new byte[SIZE * SIZE * 4];
        double centre = SIZE / 2.0 + disc.swing * Math.sin(phase);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                if (Math.hypot(x + 0.5 - centre, y + 0.5 - SIZE / 2.0) < 9) {
                    int at = (y * SIZE + x) * 4;
                    for (int c = 0; c < 3; c++) {
                        rgba[at + c] = (byte) disc.rgb[c];
                    }
                    rgba[at + 3] = (byte) 255;
                }
            }
        }
        return rgba;
    }
}
