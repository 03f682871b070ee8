package org.praxino.train.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Fit;
import org.praxino.media.Frame;
import org.praxino.media.Rgb;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.data.CaptionLimit;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.ClipStoreWriter;
import org.praxino.train.data.NothingUsableException;
import org.praxino.train.data.PreparationReport;
import org.praxino.train.data.Sample;
import org.praxino.train.data.compose.ClipComposer;
import org.praxino.train.data.compose.CompositionSettings;

class FolderDatasetTest {

    private static final FolderDataset.Options SMALL = new FolderDataset.Options(16, 12, Fit.CROP, 60, 0, LongCaptions.SKIP);

    @TempDir
    private Path temporary;

    private Path folder;
    private Path out;

    @BeforeEach
    void folders() throws IOException {
        folder = Files.createDirectories(temporary.resolve("in"));
        out = temporary.resolve("out");
    }

    @Test
    void captionsBesideTheFiles() throws IOException {
        picture("red.png", Color.RED);
        text("red.txt", "\uFEFFa red   picture\n\nall red\n");
        Files.createDirectories(folder.resolve("deep/er"));
        picture("deep/er/half.png", new Color(0, 0, 255, 128));
        text("deep/er/half.txt", "half blue");
        picture("silent.png", Color.GREEN);
        picture("empty.png", Color.GREEN);
        text("empty.txt", " \n");
        Files.write(folder.resolve("broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0});
        text("broken.txt", "a broken picture");
        text("notes.md", "not a caption");
        Files.createDirectories(folder.resolve(".hidden"));
        picture(".hidden/x.png", Color.RED);

        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);

        assertThat(report.stills()).isEqualTo(2);
        assertThat(report.clips()).isZero();
        assertThat(report.skipped()).extracting(PreparationReport.Skipped::file).containsExactly("empty.png", "silent.png", "broken.png");
        assertThat(report.skipped()).extracting(PreparationReport.Skipped::reason).satisfiesExactly(
                r -> assertThat(r).isEqualTo("empty.txt is empty"), r -> assertThat(r).contains("write silent.txt beside it"),
                r -> assertThat(r).contains("broken.png"));
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips()).extracting(c -> c.info().captions())
                    .containsExactly(List.of("half blue"), List.of("a red picture", "all red"));
            byte[] blue = store.readRgba(store.clips().getFirst(), 0, 1);
            assertThat(blue[0]).isZero();
            assertThat(blue[2] & 255).as("scaled in 8 bits").isGreaterThan(250);
            assertThat(blue[3] & 255).isBetween(126, 130);
            assertThat(store.readRgba(store.clips().get(1), 0, 1)).hasSize(16 * 16 * 4).startsWith(255, 0, 0, 255);
            Sample sample = ClipComposer.of(store, CompositionSettings.asIs()).sample(1, 0, 3);
            assertThat(sample.caption()).isIn("half blue", "a red picture", "all red");
        }
    }

    @Test
    void listsOfCaptions() throws IOException {
        picture("a.png", Color.RED);
        picture("b.png", Color.GREEN);
        picture("c.png", Color.BLUE);
        text("c.txt", "from the text file");
        text("captions.csv", "file,caption\na.png,\"a square, red\"\na.png,red\nnone.png,nothing\n../x.png,outside\nb.png,\n");
        text("captions.jsonl", "{\"file\": \"b.png\", \"captions\": [\"green\", \"a green square\"]}\n{broken\n{\"caption\": \"no file\"}\n");

        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);

        assertThat(report.stills()).isEqualTo(3);
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason()).containsExactly(
                "captions.csv line 4: there is no file none.png", "captions.csv line 5: ../x.png lies outside of the folder",
                "captions.csv line 6: b.png has no caption", "captions.jsonl line 2: it is not JSON with file and caption",
                "captions.jsonl line 3: it names no file");
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips()).extracting(c -> c.info().captions()).containsExactly(
                    List.of("a square, red", "red"), List.of("green", "a green square"), List.of("from the text file"));
        }
    }

    @Test
    void linesOfJsonEndAtLineFeedsAlone() throws IOException {
        for (String name : List.of("a.png", "b.png", "c.png", "d.png", "e  f.png")) {
            picture(name, Color.RED);
        }
        text("captions.jsonl", "{\"file\": \"a.png\", \"caption\": \"red\u2028and green\"}\r\n{\"file\": \"b.png\", \"caption\": \"next\u0085line\"}\n"
                + "\n\uFEFF{\"file\": \"c.png\",\t\"caption\": \"para\u2029graph\"}\n{\"file\": \"d.png\", \"caption\": \"tab\there\"}\n"
                + "{\"file\": \"e  f.png\", \"caption\": \"two spaces\"}");
        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        assertThat(report.skipped()).isEmpty();
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips()).extracting(c -> c.info().captions().getFirst())
                    .containsExactly("red\u2028and green", "next\u0085line", "para\u2029graph", "tab here", "two spaces");
        }
    }

    @Test
    void fieldsOfOtherTrainersAreKnown() throws IOException {
        String[] files = {"file", "file_name", "video_path", "media_path", "video", "image_path", "Path"};
        String[] captions = {"caption", "text", "prompt", "description", "prompt", "Caption", "text"};
        var lines = new StringBuilder();
        for (int i = 0; i < files.length; i++) {
            picture(i + ".png", Color.RED);
            lines.append("{\"").append(files[i]).append("\": \"").append(i).append(".png\", \"").append(captions[i]).append("\": \"c").append(i)
                    .append("\", \"fps\": 24, \"negative_prompt\": null}\n");
        }
        text("metadata.jsonl", lines + "{\"video_path\": \"0.png\", \"caption\": null}\n{\"url\": \"x\", \"caption\": \"y\"}\n");
        text("metadata.csv", "Video,Prompt\n0.png,from the table\n");
        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        assertThat(report.stills()).isEqualTo(7);
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason())
                .containsExactly("metadata.jsonl line 8: 0.png has no caption", "metadata.jsonl line 9: it names no file");
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips().getFirst().info().captions()).containsExactly("from the table", "c0");
        }
    }

    @Test
    void absolutePathsAndDotNameTheSameFiles() throws IOException {
        picture("a.png", Color.RED);
        picture("b.png", Color.BLUE);
        Files.createDirectories(folder.resolve("sub"));
        picture("sub/c.png", Color.GREEN);
        Path other = Files.createSymbolicLink(temporary.resolve("other way"), folder);
        text("metadata.csv", "path,text\n" + folder.resolve("a.png").toAbsolutePath() + ",red\n" + other.resolve("b.png") + ",blue\nsub\\c.png,green\n"
                + temporary.resolve("out.png") + ",away\nsub,a folder\n");
        Path relative = Path.of("").toAbsolutePath().relativize(folder.toAbsolutePath());
        for (Path way : List.of(folder, relative, relative.resolve("."), folder.resolve("sub/.."), other)) {
            PreparationReport report = FolderDataset.prepare(way, out, SMALL, Progress.SILENT);
            assertThat(report.stills()).as(way.toString()).isEqualTo(3);
            assertThat(report.skipped()).extracting(PreparationReport.Skipped::reason)
                    .containsExactly(temporary.resolve("out.png") + " lies outside of the folder", "sub is a folder");
        }
        assertThat(FolderCaptions.read(Path.of("."), out).byFile()).as("a folder called . is no hidden one").isEmpty();
    }

    @Test
    void linksAreFollowedWithoutLoops() throws IOException {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere/deep"));
        picture("../elsewhere/deep/x.png", Color.RED);
        Files.writeString(elsewhere.resolve("x.txt"), "far");
        picture("near.png", Color.BLUE);
        text("near.txt", "near");
        Files.createSymbolicLink(folder.resolve("a link"), temporary.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        Files.createSymbolicLink(elsewhere.resolve("up"), folder);
        Files.createSymbolicLink(folder.resolve("again"), elsewhere);
        Files.createSymbolicLink(folder.resolve("dead.png"), temporary.resolve("nowhere.png"));
        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        assertThat(report.stills()).isEqualTo(2);
        assertThat(report.skipped()).containsExactly(
                new PreparationReport.Skipped("dead.png", "it is a link to " + temporary.resolve("nowhere.png") + ", which is not there"));
    }

    @Test
    void endingsInCapitalsCount() throws IOException {
        picture("A.PNG", Color.RED);
        text("A.TXT", "red");
        picture("b.png", Color.BLUE);
        text("b.caption", "blue");
        picture("c.JPG", Color.GREEN);
        text("CAPTIONS.CSV", "file,caption\nc.JPG,green\n");
        assertThat(FolderDataset.prepare(folder, out, SMALL, Progress.SILENT).stills()).isEqualTo(3);
    }

    @Test
    void reasonsAreReportedAlsoWhenNothingIsLeft() throws IOException {
        text("captions.jsonl", "{\"caption\": \"x\"}\n{\"file\": \"gone.png\", \"caption\": \"y\"}\nnonsense\n");
        assertThatThrownBy(() -> FolderDataset.prepare(folder, out, SMALL, Progress.SILENT))
                .isInstanceOfSatisfying(NothingUsableException.class, e -> assertThat(e.skipped()).extracting(s -> s.file() + ": " + s.reason())
                        .containsExactly("captions.jsonl line 1: it names no file", "captions.jsonl line 2: there is no file gone.png",
                                "captions.jsonl line 3: it is not JSON with file and caption"))
                .hasMessageContaining("captions.jsonl line 1: it names no file");
    }

    @Test
    void aStoreHasNoClipWithoutFrames() throws IOException {
        Files.createDirectories(out);
        try (var writer = new ClipStoreWriter(out)) {
            var empty = new ClipStoreWriter.Packed("song.m4a", List.of(), false, 0, "");
            assertThatThrownBy(() -> writer.add(empty)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("song.m4a has no frames");
        }
        picture("a.png", Color.RED);
        text("a.txt", "red");
        FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        Path clips = out.resolve("clips.jsonl");
        Files.writeString(clips, Files.readString(clips).replaceFirst("\"frames\": ?1", "\"frames\":0"));
        assertThatThrownBy(() -> ClipStore.open(out)).isInstanceOf(UserException.class).hasMessageContaining("a clip of 0 frames, a.png");
    }

    @Test
    void rowsThatAreNoTextCostOnlyThemselves() throws IOException {
        picture("a.png", Color.RED);
        picture("b.png", Color.BLUE);
        Files.write(folder.resolve("captions.csv"), "file,caption\nb.png,caf\u00e9\na.png,red\n".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(folder.resolve("captions.jsonl"),
                ("{\"file\":\"a.png\",\"captions\":[{\"x\":{\"y\":1}}]}\n{\"file\":\"a.png\",\"caption\":{\"x\":1}}\n"
                + "{\"file\":\"a.png\",\"captions\":[null]}\n{\"file\":\"b.png\",\"caption\":\"caf\u00e9\"}\n[1]\n"
                + "{\"file\":\"b.png\",\"caption\":\"blue\"}\n").getBytes(StandardCharsets.ISO_8859_1));
        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        assertThat(report.stills()).isEqualTo(2);
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason()).containsExactly(
                "captions.csv line 2: it is not UTF-8 text",
                "captions.jsonl line 1: it is not JSON with file and caption", "captions.jsonl line 2: it is not JSON with file and caption",
                "captions.jsonl line 3: it is not JSON with file and caption", "captions.jsonl line 4: it is not UTF-8 text",
                "captions.jsonl line 5: it names no file");
        assertThat(Files.readAllLines(out.resolve("skipped.jsonl"))).as("the file names them too").hasSize(6);
    }

    @Test
    void aListThatBreaksOffIsReadUpToThere() throws IOException {
        picture("a.png", Color.RED);
        text("captions.csv", "file,caption\na.png,red\n\"open,quote\n");
        PreparationReport report = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        assertThat(report.stills()).isEqualTo(1);
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason()).containsExactly(
                "captions.csv line 3: it and what follows are not readable CSV: is a quote left open?");
    }

    @Test
    void anOutputFolderThatCannotHoldASetIsRefusedAtOnce() throws IOException {
        picture("a.png", Color.RED);
        text("a.txt", "red");
        assertThatThrownBy(() -> FolderDataset.prepare(folder, folder.resolve("a.txt"), SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("a.txt is not a folder");
        assertThatThrownBy(() -> FolderDataset.prepare(folder, folder, SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("name another folder");
    }

    @Test
    void aFullDiskIsReportedAndNothingIsLeft() throws IOException {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full), "skipped: no /dev/full on this system");
        picture("a.png", Color.RED);
        text("a.txt", "red");
        Files.createDirectories(out);
        Files.createSymbolicLink(out.resolve("clips.bin.part"), full);
        assertThatThrownBy(() -> FolderDataset.prepare(folder, out, SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessage("Cannot write " + out + ": the disk is full.");
        assertThat(out).isEmptyDirectory();

        Files.createSymbolicLink(out.resolve("clips.bin.part"), full);
        try (var writer = new ClipStoreWriter(out)) {
            var large = new ClipStoreWriter.Packed("a.png", List.of(new byte[3 << 20]), false, 1, "");
            assertThatThrownBy(() -> writer.add(large)).as("beyond its buffer").isInstanceOf(IOException.class);
        }
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void videosAreReadAtTheRateAskedFor() throws IOException {
        video("clip.y4m", 24, 48);
        text("clip.txt", "a clip");

        PreparationReport report = FolderDataset.prepare(folder, out, new FolderDataset.Options(16, 12, Fit.CROP, 1, 0, LongCaptions.SKIP), Progress.SILENT);

        assertThat(report.clips()).isEqualTo(1);
        assertThat(report.frames()).isEqualTo(12);
        assertThat(report.skipped()).as("it is used").isEmpty();
        assertThat(report.notes()).containsExactly(PreparationReport.Skipped.note("clip.y4m",
                "only the first 1.0 s are used; it has 12 frames at 12 a second, and longer samples hold the last one"));
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips().getFirst().entry().loop()).isFalse();
            byte[] rgba = store.readRgba(store.clips().getFirst(), 0, 14);
            int frame = 16 * 16 * 4;
            assertThat(rgba[0] & 255).as("the video gets brighter").isLessThan((rgba[11 * frame] & 255) - 40);
            assertThat(rgba[13 * frame]).as("after the end the last frame stays").isEqualTo(rgba[11 * frame]);
        }
    }

    @Test
    void linksToDevicesAreSkippedWithTheReason() throws IOException {
        picture("a.png", Color.RED);
        text("a.txt", "red");
        Files.createSymbolicLink(folder.resolve("z.png"), Path.of("/dev/zero"));
        text("z.txt", "zeros");
        assertThat(FolderDataset.prepare(folder, out, SMALL, Progress.SILENT).skipped())
                .contains(new PreparationReport.Skipped("z.png", "it is a device or a pipe, and no file"));
    }

    @Test
    void smallFilesAreNamedOrSkipped() throws IOException {
        picture("small.png", Color.RED); // 20x30
        text("small.txt", "red");
        video("short.y4m", 12, 9); // of 32x32
        text("short.txt", "grey");
        video("long.y4m", 12, 17);
        text("long.txt", "more grey");
        String enlarged = "its pictures have 20x30 pixels and are enlarged to 24x24";
        String held = "it has 9 frames at 12 a second, and longer samples hold the last one";

        var keep = FolderDataset.Options.of(24, 12);
        for (boolean again : new boolean[] {false, true}) { // what is known of pixels is told again when they are not read
            PreparationReport report = FolderDataset.prepare(folder, out, keep, Progress.SILENT);
            assertThat(report.pixelsReused()).isEqualTo(again);
            assertThat(report.clips() + report.stills()).isEqualTo(3);
            assertThat(report.skipped()).isEmpty();
            assertThat(report.notes()).containsExactlyInAnyOrder(PreparationReport.Skipped.note("small.png", enlarged),
                    PreparationReport.Skipped.note("short.y4m", held));
        }

        PreparationReport report = FolderDataset.prepare(folder, out, keep.withSmallFiles(SmallFiles.SKIP), Progress.SILENT);
        assertThat(report.pixelsReused()).isFalse();
        assertThat(report.notes()).isEmpty();
        assertThat(report.skipped()).extracting(s -> s.file() + ": " + s.reason()).containsExactlyInAnyOrder(
                "small.png: " + enlarged + "; --small-files keep uses it", "short.y4m: " + held + "; --small-files keep uses it");
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips()).singleElement().satisfies(c -> assertThat(c.info().file()).isEqualTo("long.y4m"));
        }
    }

    @Test
    void onlyCaptionsAreWrittenAgainWhenNoFileChanged() throws IOException {
        picture("a.png", Color.RED);
        text("a.txt", "red");
        Files.write(folder.resolve("b.png"), new byte[30]);
        text("b.txt", "broken");
        PreparationReport first = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        text("a.txt", "scarlet");
        PreparationReport again = FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        assertThat(again.pixelsReused()).isTrue();
        assertThat(again.digest()).isEqualTo(first.digest());
        assertThat(again.skipped()).isEqualTo(first.skipped()).hasSize(1);
        assertThat(Files.readAllLines(out.resolve("skipped.jsonl"))).hasSize(1);
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips().getFirst().info().captions()).containsExactly("scarlet");
        }
        assertThat(FolderDataset.prepare(folder, out, new FolderDataset.Options(24, 12, Fit.CROP, 60, 0, LongCaptions.SKIP), Progress.SILENT).pixelsReused()).isFalse();
    }

    @Test
    void aShareOfCaptionsIsHeldOut() throws IOException {
        for (int i = 0; i < 20; i++) {
            picture("p" + i + ".png", new Color(i, i, i));
            text("p" + i + ".txt", "picture " + i / 2);
        }
        var options = new FolderDataset.Options(8, 8, 12, Fit.CROP, 60, 0.2, FolderDataset.HoldOut.CAPTIONS, LongCaptions.SKIP, SmallFiles.KEEP, FolderLayout.CAPTIONS, 1);
        FolderDataset.prepare(folder, out, options, Progress.SILENT);
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips().stream().filter(ClipStore.Clip::heldOut).count()).as("2 of 10 captions, 2 files each").isEqualTo(4);
        }
    }

    @Test
    void filesAreHeldOutAndTheirCaptionsStay() throws IOException {
        for (int i = 0; i < 40; i++) {
            picture("p" + i + ".png", new Color(i / 2 * 10, 0, 0)); // pairs of equal pixels
            text("p" + i + ".txt", "class " + i % 2);
        }
        FolderDataset.prepare(folder, out, new FolderDataset.Options(8, 12, Fit.CROP, 60, 0.2, LongCaptions.SKIP), Progress.SILENT);
        try (ClipStore store = ClipStore.open(out)) {
            var held = store.clips().stream().filter(ClipStore.Clip::heldOut).toList();
            assertThat(held).as("4 of 20 pictures, 2 files each").hasSize(8);
            assertThat(store.clips().stream().filter(c -> !c.heldOut()).map(c -> c.info().name()).distinct()).containsExactlyInAnyOrder("class 0", "class 1");
            var pixels = held.stream().map(c -> c.entry().sha256()).toList();
            assertThat(store.clips()).filteredOn(c -> !c.heldOut()).as("no file has the pixels of one held out").noneMatch(c -> pixels.contains(c.entry().sha256()));
        }
    }

    @Test
    void framesOfAnySizeAreCroppedOrPadded() throws IOException {
        picture("a.png", Color.RED);
        text("a.txt", "red");
        for (Fit fit : new Fit[] {Fit.CROP, Fit.PAD}) {
            var options = new FolderDataset.Options(32, 16, 12, fit, 60, 0, FolderDataset.HoldOut.FILES, LongCaptions.SKIP, SmallFiles.KEEP, FolderLayout.CAPTIONS, 1);
            FolderDataset.prepare(folder, out, options, Progress.SILENT);
            try (ClipStore store = ClipStore.open(out)) {
                assertThat(store.info().width()).isEqualTo(32);
                assertThat(store.info().height()).isEqualTo(16);
                byte[] rgba = store.readRgba(store.clips().getFirst(), 0, 1);
                assertThat(rgba).hasSize(32 * 16 * 4);
                assertThat(rgba[3] & 255).as("the left edge, with " + fit).isEqualTo(fit == Fit.CROP ? 255 : 0);
                assertThat(rgba[4 * 16 + 3] & 255).isEqualTo(255);
            }
        }
    }

    @Test
    void captionsInCapitalFileNamesCount() throws IOException {
        picture("a.PNG", Color.RED);
        text("a.TXT", "a red page");
        FolderDataset.prepare(folder, out, SMALL, Progress.SILENT);
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips().getFirst().info().captions()).containsExactly("a red page");
        }
    }

    @Test
    void ofFiveClipsOneIsHeldOut() throws IOException {
        for (int i = 0; i < 5; i++) {
            video("v" + i + ".webm", 12, 3 + i); // equal pixels would stay together
            text("v" + i + ".txt", "clip " + i);
            picture("p" + i + ".png", new Color(i, i, i));
            text("p" + i + ".txt", "picture " + i);
        }
        FolderDataset.prepare(folder, out, FolderDataset.Options.of(16, 12), Progress.SILENT);
        try (ClipStore store = ClipStore.open(out)) {
            assertThat(store.clips().stream().filter(c -> c.heldOut() && !c.still()).count()).isEqualTo(1);
            assertThat(store.clips().stream().filter(c -> c.heldOut() && c.still()).count()).isEqualTo(1);
        }
    }

    @Test
    void longCaptionsAreSkippedCutOrKept() throws IOException {
        picture("a.png", Color.RED);
        text("a.txt", "word ".repeat(94));
        picture("b.png", Color.BLUE);
        text("b.txt", "blue");
        var report = FolderDataset.prepare(folder, out, FolderDataset.Options.of(16, 12), Progress.SILENT);
        assertThat(report.stills()).isEqualTo(1);
        assertThat(report.skipped()).singleElement().satisfies(s -> {
            assertThat(s.file()).isEqualTo("a.png");
            assertThat(s.reason()).contains("has 96 tokens, and the text encoder reads 64").contains("--long-captions cut");
        });
        report = FolderDataset.prepare(folder, out, FolderDataset.Options.of(16, 12).withLongCaptions(LongCaptions.CUT), Progress.SILENT);
        assertThat(report.skipped()).isEmpty();
        assertThat(report.notes()).singleElement().satisfies(s -> assertThat(s.file()).isEqualTo("a.png"));
        try (ClipStore store = ClipStore.open(out); var limit = new CaptionLimit()) {
            assertThat(store.clips().getFirst().info().captions()).containsExactly("word ".repeat(62).strip());
            limit.requireFits(store);
        }
        FolderDataset.prepare(folder, out, FolderDataset.Options.of(16, 12).withLongCaptions(LongCaptions.KEEP), Progress.SILENT);
        try (ClipStore store = ClipStore.open(out); var limit = new CaptionLimit()) {
            assertThatThrownBy(() -> limit.requireFits(store)).isInstanceOf(UserException.class).hasMessageContaining("a.png in ")
                    .hasMessageContaining("has 96 tokens").hasMessageContaining("prepare the data again with --long-captions skip or cut");
        }
        text("b.txt", "word ".repeat(70));
        assertThatThrownBy(() -> FolderDataset.prepare(folder, out, FolderDataset.Options.of(16, 12), Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("Nothing in").hasMessageContaining("has 72 tokens");
    }

    @Test
    void whatCannotWorkIsSaid() throws IOException {
        assertThatThrownBy(() -> FolderDataset.prepare(temporary.resolve("none"), out, SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("is not a folder");
        picture("a.png", Color.RED);
        assertThatThrownBy(() -> FolderDataset.prepare(folder, out, SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("no picture or video has a caption");
        Files.write(folder.resolve("a.png"), new byte[9]);
        text("a.txt", "broken");
        assertThatThrownBy(() -> FolderDataset.prepare(folder, out, SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("None of the 1 captioned files");
        text("captions.csv", "picture,words\na.png,red\n");
        assertThatThrownBy(() -> FolderDataset.prepare(folder, out, SMALL, Progress.SILENT))
                .isInstanceOf(UserException.class).hasMessageContaining("has no column file or file_name");
        assertThatThrownBy(() -> FolderDataset.Options.of(4, 12)).isInstanceOf(ConfigException.class).hasMessageContaining("size=4");
    }

    private void picture(String name, Color colour) throws IOException {
        BufferedImage image = new BufferedImage(20, 30, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, 20, 30);
        graphics.dispose();
        ImageIO.write(image, "png", folder.resolve(name).toFile());
    }

    private void video(String name, int fps, int frames) {
        try (VideoWriter writer = VideoWriter.open(folder.resolve(name), WriteOptions.plain(fps))) {
            for (int i = 0; i < frames; i++) {
                writer.write(Frame.filled(32, 32, new Rgb(4 * i, 4 * i, 4 * i)));
            }
            writer.finish();
        }
    }

    private void text(String name, String text) throws IOException {
        Files.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
    }
}
