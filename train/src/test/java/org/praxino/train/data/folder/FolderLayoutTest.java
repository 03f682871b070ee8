package org.praxino.train.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.PreparationReport;

/** Tiny trees in the layouts that data sets are published in. */
class FolderLayoutTest {
    @TempDir
    private Path temporary;

    private Path folder;
    private Path out;

    @BeforeEach
    void folders() throws IOException {
        folder = Files.createDirectories(temporary.resolve("in"));
        out = temporary.resolve("out");
    }

    private PreparationReport prepare(FolderLayout layout) throws IOException {
        return FolderDataset.prepare(folder, out, FolderDataset.Options.of(16, 8).withLayout(layout), Progress.SILENT);
    }

    @Test
    void imageNet() throws IOException {
        picture("train/n01440764/n01440764_10026.JPEG", Color.RED);
        picture("train/n01440764/n01440764_10027.JPEG", Color.ORANGE);
        picture("train/n02012849/a.JPEG", Color.GREEN);
        picture("train/n03126707/b.JPEG", Color.BLUE);
        picture("val/n01440764/v.JPEG", Color.PINK);
        picture("val/loose.JPEG", Color.PINK);
        text("LOC_synset_mapping.txt", "n01440764 tench, Tinca tinca\nn02012849 crane\nn03126707 crane\nn99999999\n");
        PreparationReport report = prepare(FolderLayout.CLASSES);
        assertThat(report.stills()).isEqualTo(5);
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason()).containsExactly("val/loose.JPEG: it lies in no class folder",
                "LOC_synset_mapping.txt: the line \"n99999999\" has no words after a folder's name");
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.info().classes()).containsExactly("tench, Tinca tinca", "crane (n02012849)", "crane (n03126707)");
            assertThat(store.clips()).filteredOn(ClipStore.Clip::heldOut).extracting(c -> c.info().file()).as("val is held out, nothing else")
                    .containsExactly("val/n01440764/v.JPEG");
            assertThat(store.clips().getFirst().info().name()).isEqualTo("tench, Tinca tinca");
        }
    }

    @Test
    void classFoldersWithoutSplitsHoldOutFilesOfEveryClass() throws IOException {
        for (int i = 0; i < 20; i++) {
            picture("red_things/" + i + ".png", new Color(200, i, 0));
            picture("BlueThings/" + i + ".png", new Color(0, i, 200));
        }
        prepare(FolderLayout.CLASSES);
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.info().classes()).containsExactly("blue things", "red things");
            assertThat(store.clips().stream().filter(c -> !c.heldOut()).map(c -> c.info().name()).distinct()).containsExactlyInAnyOrder("blue things", "red things");
            assertThat(store.clips().stream().filter(ClipStore.Clip::heldOut)).hasSize(2);
        }
    }

    @Test
    void ucf101WithItsOfficialLists() throws IOException {
        for (String name : List.of("ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01", "ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01", "YoYo/v_YoYo_g08_c01")) {
            video("UCF-101/" + name + ".avi");
        }
        text("ucfTrainTestlist/classInd.txt", "1 ApplyEyeMakeup\n2 YoYo\n");
        text("ucfTrainTestlist/trainlist01.txt", "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\nYoYo/v_YoYo_g08_c01.avi 2\nYoYo/v_YoYo_g09_c01.avi 2\n");
        text("ucfTrainTestlist/testlist01.txt", "ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi\nNothing/v_Nothing_g01_c01.avi\n");
        PreparationReport report = prepare(FolderLayout.UCF101);
        assertThat(report.clips()).isEqualTo(3);
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason()).containsExactly(
                "trainlist01.txt line 3: there is no file YoYo/v_YoYo_g09_c01.avi", "testlist01.txt line 2: classInd.txt has no class Nothing");
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.info().classes()).containsExactly("apply eye makeup", "yo yo");
            assertThat(store.clips()).filteredOn(ClipStore.Clip::heldOut).singleElement()
                    .satisfies(c -> assertThat(c.info().file()).endsWith("v_ApplyEyeMakeup_g01_c01.avi"));
        }
        Files.delete(folder.resolve("ucfTrainTestlist/trainlist01.txt"));
        assertThatThrownBy(() -> prepare(FolderLayout.UCF101)).isInstanceOf(UserException.class).hasMessageContaining("has no trainlist01.txt");
    }

    @Test
    void kineticsWithMissingAndBrokenClips() throws IOException {
        video("train/abseiling/abc_000010_000020.avi");
        video("val/zumba/def_000001_000011.avi");
        text("train/zumba/bad_000000_000010.avi", "no video");
        text("annotations.csv", "label,youtube_id,time_start,time_end,split\nabseiling,abc,10,20,train\nzumba,def,1,11,validate\nzumba,gone,0,10,train\n"
                + "zumba,bad,0,10,train\n,x,0,10,train\n");
        PreparationReport report = prepare(FolderLayout.KINETICS);
        assertThat(report.clips()).isEqualTo(2);
        assertThat(report.skipped()).extracting(PreparationReport.Skipped::reason).satisfiesExactly(
                r -> assertThat(r).isEqualTo("there is no clip of gone"), r -> assertThat(r).isEqualTo("it has no label or no youtube_id"),
                r -> assertThat(r).contains("bad_000000_000010.avi"));
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.info().classes()).containsExactly("abseiling", "zumba");
            assertThat(store.clips()).extracting(ClipStore.Clip::heldOut).containsExactly(false, true);
        }
    }

    @Test
    void webDataset() throws IOException {
        byte[] red = png(Color.RED);
        try (OutputStream file = Files.newOutputStream(folder.resolve("shard-000.tar")); var tar = new TarArchiveOutputStream(file)) {
            put(tar, "a/0001.png", red);
            put(tar, "a/0001.txt", "a red square\n".getBytes(StandardCharsets.UTF_8));
            put(tar, "a/0002.png", png(Color.BLUE));
            put(tar, "a/0002.json", "{\"prompt\": \"a blue square\", \"width\": 16}".getBytes(StandardCharsets.UTF_8));
            put(tar, "a/0003.png", red);
            put(tar, "a/0004.txt", "words alone".getBytes(StandardCharsets.UTF_8));
        }
        text("other.tar.gz", "x");
        text("torn.tar", "x".repeat(700));
        PreparationReport report = prepare(FolderLayout.WEBDATASET);
        assertThat(report.stills()).isEqualTo(2);
        assertThat(report.skipped()).extracting(PreparationReport.Skipped::file).containsExactly("other.tar.gz", "shard-000.tar/a/0003", "shard-000.tar/a/0004",
                "torn.tar");
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips()).extracting(c -> c.info().captions()).containsExactly(List.of("a red square"), List.of("a blue square"));
            assertThat(store.readRgba(store.clips().getFirst(), 0, 1)).startsWith(255, 0, 0, 255);
        }
    }

    @Test
    void webDatasetWithClasses() throws IOException {
        try (OutputStream file = Files.newOutputStream(folder.resolve("s.tar")); var tar = new TarArchiveOutputStream(file)) {
            for (int i = 0; i < 3; i++) {
                put(tar, i + ".png", png(new Color(80 * i, 0, 0)));
                put(tar, i + ".cls", String.valueOf(i == 2 ? 10 : i).getBytes(StandardCharsets.UTF_8));
            }
        }
        prepare(FolderLayout.WEBDATASET);
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.info().classes()).as("numbers by value").containsExactly("0", "1", "10");
        }
    }

    @Test
    void foldersOfFrames() throws IOException {
        for (int t = 0; t < 12; t++) {
            picture("clip/frame" + t + ".png", new Color(20 * t, 0, 0));
        }
        text("clip.txt", "it gets red");
        picture("inside/1.png", Color.RED);
        text("inside/caption.txt", "one frame");
        picture("mute/1.png", Color.RED);
        PreparationReport report = prepare(FolderLayout.FRAMES);
        assertThat(report.clips()).isEqualTo(1);
        assertThat(report.stills()).isEqualTo(1);
        assertThat(report.skipped()).singleElement().satisfies(s -> assertThat(s.reason()).contains("write mute.txt beside it, or caption.txt into it"));
        try (ClipStore store = ClipStore.open(out)) {
            byte[] rgba = store.readRgba(store.clips().getFirst(), 0, 12);
            for (int t = 1; t < 12; t++) {
                assertThat(rgba[t * 16 * 16 * 4] & 255).as("frame 10 after frame 9").isGreaterThan(rgba[(t - 1) * 16 * 16 * 4] & 255);
            }
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
        var entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static byte[] png(Color colour) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        ImageIO.write(image(colour), "png", bytes);
        return bytes.toByteArray();
    }

    private static BufferedImage image(Color colour) {
        var image = new BufferedImage(24, 24, BufferedImage.TYPE_INT_RGB);
        var g = image.createGraphics();
        g.setColor(colour);
        g.fillRect(0, 0, 24, 24);
        g.dispose();
        return image;
    }

    private void picture(String name, Color colour) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream stream = Files.newOutputStream(file)) {
            ImageIO.write(image(colour), name.endsWith("JPEG") ? "jpg" : "png", stream);
        }
    }

    /** Read by its content, whatever its name says. */
    private void video(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path gif = temporary.resolve("clip.gif");
        Files.deleteIfExists(gif);
        try (var writer = VideoWriter.open(gif, WriteOptions.plain(8))) {
            for (int t = 0; t < 6; t++) {
                writer.write(Frame.filled(24, 24, new Rgb(40 * t, name.length(), 90)));
            }
            writer.finish();
        }
        Files.move(gif, file);
    }

    private void text(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
