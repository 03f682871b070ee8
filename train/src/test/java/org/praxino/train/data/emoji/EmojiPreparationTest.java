package org.praxino.train.data.emoji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Sha256;
import org.praxino.media.AnimatedWebp;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;
import org.praxino.train.data.ClipStoreFiles;
import org.praxino.train.data.PreparationReport;

/** The whole preparation, from small packages made here. */
class EmojiPreparationTest {

    private static final String NAMES = """
            [{"label": "ferris wheel", "hexcode": "1F3A1", "tags": ["amusement", "park"], "emoji": "x", "group": 5},
             {"label": "red heart", "hexcode": "2764-FE0F", "tags": ["love"], "emoji": "x", "group": 0},
             {"label": "person running", "hexcode": "1F3C3", "tags": ["run"], "emoji": "x", "group": 1},
             {"label": "man running", "hexcode": "1F3C3-200D-2642-FE0F", "tags": ["run"], "emoji": "x", "group": 1, "gender": 1,
              "skins": [{"label": "man running: dark skin tone", "hexcode": "1F3C3-1F3FF-200D-2642-FE0F", "tone": 5}]}]
            """;
    private static final String WORDS = """
            {"\\uD83C\\uDFA1": ["ferris_wheel", "park", "carnival", "amusement"], "\\u2764\\uFE0F": ["red_heart", "love", ":)"]}
            """;

    @TempDir
    private Path folder;

    private EmojiPreparation build;

    @BeforeEach
    void packages() throws IOException {
        assumeThat(AnimatedWebp.supported()).as("WebP is decoded on Linux x86-64 only").isTrue();
        byte[] moving = resource("moving.webp");
        Map<String, byte[]> pictures = new LinkedHashMap<>();
        pictures.put("package/README.md", new byte[3]);
        pictures.put("package/assets/1f3a1.webp", moving);
        pictures.put("package/assets/1f3c3-1f3ff-200d-2642-fe0f.webp", moving);
        pictures.put("package/assets/1f3c3-200d-2642-fe0f.webp", moving);
        pictures.put("package/assets/2764-fe0f.webp", resource("still.webp"));
        pictures.put("package/assets/1f600.webp", resource("still.webp"));
        pictures.put("package/assets/broken.webp", Arrays.copyOf(moving, 200));
        build = new EmojiPreparation(List.of(pack("@some/pictures", pictures)),
                pack("names", Map.of("package/en/data.json", NAMES.getBytes(StandardCharsets.UTF_8))),
                pack("words", Map.of("package/dist/emoji-en-US.json", WORDS.getBytes(StandardCharsets.UTF_8))), 8, 12, 6);
    }

    @Test
    void clipsStillsNamesAndCaptionsAreMade() throws IOException {
        PreparationReport report = build.run(List.of(folder), folder.resolve("out"), Progress.SILENT);
        assertThat(report.clips()).isEqualTo(3);
        assertThat(report.stills()).isEqualTo(2);
        assertThat(report.frames()).as("every second of 6 frames, and two stills").isEqualTo(3 * 3 + 2);
        assertThat(report.pixelsReused()).isFalse();
        assertThat(report.skipped()).extracting(PreparationReport.Skipped::file).containsExactly("broken.webp", "1f600.webp");
        assertThat(report.skipped()).extracting(PreparationReport.Skipped::reason)
                .containsExactly("The WebP image is damaged: it breaks off after 200 of 432 bytes.", "no name is known for these code points");
        try (ClipStore store = ClipStore.open(folder.resolve("out"))) {
            assertThat(store.clips()).extracting(c -> c.info().name())
                    .containsExactly("ferris wheel", "man running", "man running", "red heart");
            ClipInfo man = store.clips().get(1).info();
            assertThat(man.base()).isEqualTo("person running");
            assertThat(man.attributes()).containsEntry("tone", "dark").containsEntry("gender", "man");
            assertThat(man.weight()).as("two variants of one name").isEqualTo(0.5);
            assertThat(man.captions()).contains("man running, dark skin tone", "a man with dark skin running");
            ClipInfo wheel = store.clips().getFirst().info();
            assertThat(wheel.captions()).startsWith("ferris wheel", "a ferris wheel").contains("a ferris wheel, park, amusement");
            assertThat(wheel.moving()).contains("a ferris wheel spinning");
            assertThat(store.clips().get(3).info().moving()).isEmpty();
            // the square moves 2 of 16 pixels a kept frame: one of 8 after scaling; columns of frame 1 are 1..4
            byte[] frame = store.readRgba(store.clips().getFirst(), 1, 1);
            int row = 4 * 8 * 4;
            assertThat(frame[row + 3] & 255).isZero();
            assertThat(frame[row + 4 + 3] & 255).isEqualTo(255);
            assertThat(frame[row + 4] & 255).isEqualTo(220);
            assertThat(frame[row + 4 * 4 + 3] & 255).isEqualTo(255);
            assertThat(frame[row + 5 * 4 + 3] & 255).isZero();
        }
        assertThat(folder.resolve("out/LICENSE.txt")).content().contains("Microsoft").contains("MIT");
    }

    @Test
    void aSecondRunKeepsThePixelsAndGivesTheSameFiles() throws IOException {
        Path out = folder.resolve("out");
        PreparationReport first = build.run(List.of(folder), out, Progress.SILENT);
        String manifest = Files.readString(out.resolve(ClipStoreFiles.MANIFEST));
        Files.writeString(out.resolve(ClipStoreFiles.MANIFEST), "");
        PreparationReport again = build.run(List.of(folder), out, Progress.SILENT);
        assertThat(again.pixelsReused()).isTrue();
        assertThat(again.digest()).isEqualTo(first.digest());
        assertThat(out.resolve(ClipStoreFiles.MANIFEST)).hasContent(manifest.stripTrailing());
        PreparationReport elsewhere = build.run(List.of(folder), folder.resolve("out2"), Progress.SILENT);
        assertThat(elsewhere.digest()).isEqualTo(first.digest());
        PreparationReport larger = new EmojiPreparation(build.pictures(), build.emojibase(), build.emojilib(), 16, 24, 6)
                .run(List.of(folder), out, Progress.SILENT);
        assertThat(larger.pixelsReused()).as("another size is another recipe").isFalse();
        assertThat(larger.frames()).isEqualTo(3 * 6 + 2);
    }

    @Test
    void aPackageThatIsNotThePinnedOneIsRefused() throws IOException {
        Path tarball = folder.resolve("some-pictures-1.0.0.tgz");
        Files.write(tarball, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> build.run(List.of(folder), folder.resolve("out"), Progress.SILENT)).isInstanceOf(UserException.class)
                .hasMessageContaining("is not the @some/pictures@1.0.0 this program knows").hasMessageContaining("sha256");
        assertThat(folder.resolve("out/clips.bin")).doesNotExist();
    }

    private NpmPackage pack(String name, Map<String, byte[]> files) throws IOException {
        NpmPackage unhashed = new NpmPackage(name, "1.0.0", "");
        Path tarball = folder.resolve(unhashed.fileName());
        try (OutputStream out = Files.newOutputStream(tarball);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(file.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(file.getValue());
                tar.closeArchiveEntry();
            }
        }
        return new NpmPackage(name, "1.0.0", Sha256.ofFile(tarball));
    }

    static byte[] resource(String name) throws IOException {
        try (InputStream in = EmojiPreparationTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }
}
