package org.praxino.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.Progress;
import org.praxino.train.data.folder.FolderDataset;
import org.praxino.train.data.folder.FolderLayout;

class DataInspectionTest {
    @TempDir
    private Path temp;

    @Test
    void cutsCopiesAndClipsThatStandStillAreFound() throws IOException {
        clip("waves/moving.gif", 0, 1, 99);
        clip("waves/copy.gif", 1, 1, 99);
        clip("waves/other way.gif", 0, -1, 99);
        clip("bars/cut.gif", 40, 1, 5);
        clip("bars/still.gif", 90, 0, 99);
        FolderDataset.prepare(temp.resolve("in"), temp.resolve("out"), FolderDataset.Options.of(32, 8).withLayout(FolderLayout.CLASSES), Progress.SILENT);
        try (ClipStore store = ClipStore.open(temp.resolve("out"))) {
            DataInspection.Report r = DataInspection.of(store, Progress.SILENT);
            assertThat(r.clips()).isEqualTo(5);
            assertThat(r.stills()).isZero();
            assertThat(r.classes()).containsEntry("bars", 2).containsEntry("waves", 3);
            assertThat(r.captions()).isEqualTo(2);
            assertThat(r.seconds()).hasSize(3).allMatch(t -> t > 1.2 && t < 1.4); // a GIF rounds its times
            assertThat(r.cuts()).singleElement().satisfies(c -> {
                assertThat(c.file()).isEqualTo("bars/cut.gif");
                assertThat(c.frame()).isBetween(5, 6);
            });
            assertThat(r.standing()).containsExactly("bars/still.gif");
            assertThat(r.duplicates()).contains(List.of("waves/copy.gif", "waves/moving.gif"));
        }
    }

    /** A gradient that gets a little brighter with time; from {@code cut} on its other half is bright. */
    private void clip(String name, int phase, int step, int cut) throws IOException {
        Path file = temp.resolve("in").resolve(name);
        Files.createDirectories(file.getParent());
        try (var writer = VideoWriter.open(file, WriteOptions.plain(8))) {
            for (int t = 0; t < 10; t++) {
                byte[] data = new byte[32 * 32 * 3];
                for (int i = 0; i < data.length; i++) {
                    int x = i / 3 % 32;
                    int y = i / 96;
                    int from = name.contains("other") ? y : name.startsWith("bars") ? (x + y) % 32 : 31 - x;
                    int light = 4 * from + 40 + phase + step * t;
                    data[i] = (byte) (t >= cut ? 255 - light : light);
                }
                writer.write(new Frame(32, 32, 3, data));
            }
            writer.finish();
        }
    }
}
