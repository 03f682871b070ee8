package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.media.ReadOptions;
import org.praxino.media.Rgb;
import org.praxino.media.VideoReader;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;
import org.praxino.server.TinyModel;
import org.praxino.tensor.LeakCheck;

/** The whole command with a tiny model of random weights: files, what they say of themselves, what is printed, what is refused. */
@ExtendWith(LeakCheck.class)
class GenerateActionTest {
    @TempDir
    Path folder;

    private final CapturedConsole captured = new CapturedConsole();
    private Path model;

    @BeforeEach
    void model() {
        model = TinyModel.save(folder.resolve("tiny"));
    }

    private int run(String... args) {
        var all = new java.util.ArrayList<>(List.of("generate", "--dtype", "fp32"));
        all.addAll(List.of(args));
        if (!all.contains("-m")) {
            all.addAll(List.of("-m", model.toString()));
        }
        return Cli.of(CommandActions.standard(), captured.console(), captured.stop).run(all.toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private List<String> files() throws IOException {
        try (var list = Files.list(folder)) {
            return list.map(f -> f.getFileName().toString()).filter(f -> !f.equals("tiny")).sorted().toList();
        }
    }

    @Test
    void writesEveryFileAndSaysWhatItMade() throws IOException {
        assertThat(run("a red ball", "--seed", "7", "--steps", "2", "-o", file("a.webm"), "-o", file("a.png"))).as(captured.err()).isZero();
        assertThat(captured.out().lines()).hasSize(2).allSatisfy(l -> assertThat(l).contains("seed 7").contains("32x32")
                .contains("9 frames, 1.1 s").contains("made in"));
        assertThat(VideoReader.readAll(folder.resolve("a.webm"), ReadOptions.DEFAULT)).hasSize(9);
        assertThat(GeneratedMetadata.read(folder.resolve("a.webm"))).hasValueSatisfying(m -> {
            assertThat(m.prompt()).isEqualTo("a red ball");
            assertThat(m.seed()).isEqualTo(7);
            assertThat(m.model()).isEqualTo("tiny");
            assertThat(m.settings()).containsEntry("steps", "2").containsEntry("guidance", "2.0").containsEntry("frames", "9");
        });
        assertThat(captured.err()).contains("denoising");
        assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("info", file("a.webm"))).isZero();
        assertThat(captured.out()).contains("a red ball").contains("tiny (").contains("32x32, matroska, vp9");
    }

    @Test
    void emojiAreReadAndUnknownWordsAreReported() throws IOException {
        for (String prompt : List.of("\ud83d\udc31", "\ud83d\ude80", "猫", "cat face", "cat")) {
            assertThat(run(prompt, "--seed", "11", "--steps", "1", "--frames", "1", "-o", file(prompt + ".png"))).as(captured.err()).isZero();
        }
        assertThat(captured.err()).doesNotContain("does not know");
        List<byte[]> pictures = new java.util.ArrayList<>();
        for (String prompt : List.of("\ud83d\udc31", "cat face", "猫", "cat")) {
            pictures.add(VideoReader.readAll(folder.resolve(prompt + ".png"), ReadOptions.DEFAULT).getFirst().data());
        }
        assertThat(pictures.get(0)).isEqualTo(pictures.get(1));
        assertThat(pictures.get(2)).isEqualTo(pictures.get(3));
        assertThat(run("a γάτα", "--seed", "11", "--steps", "1", "--frames", "1", "-o", file("x.png"))).isZero();
        assertThat(captured.err()).contains("does not know \"γάτα\" and goes by the rest of the prompt");
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        for (String name : List.of("a", "b")) {
            assertThat(run("x", "--seed", "3", "--steps", "2", "-o", file(name + ".y4m"))).isZero();
        }
        assertThat(run("x", "--seed", "4", "--steps", "2", "-o", file("c.y4m"))).isZero();
        assertThat(folder.resolve("a.y4m")).hasSameBinaryContentAs(folder.resolve("b.y4m"));
        assertThat(Files.mismatch(folder.resolve("a.y4m"), folder.resolve("c.y4m"))).isNotNegative();
    }

    @Test
    void guidanceMayGrowWithTheSteps() throws IOException {
        assertThat(run("x", "--seed", "3", "--steps", "3", "-o", file("a.y4m"))).isZero();
        assertThat(run("x", "--seed", "3", "--steps", "3", "--guidance-schedule", "power-cosine", "-o", file("b.y4m"), "-o", file("b.png"))).isZero();
        assertThat(Files.mismatch(folder.resolve("a.y4m"), folder.resolve("b.y4m"))).isNotNegative();
        assertThat(GeneratedMetadata.read(folder.resolve("b.png"))).hasValueSatisfying(m ->
                assertThat(m.settings()).containsEntry("guidance-schedule", "power-cosine, power 4.0"));
        for (String schedule : List.of("constant", "power-cosine")) { // with nothing to grow to, both are none
            assertThat(run("x", "--seed", "3", "--steps", "3", "--guidance", "1", "--guidance-schedule", schedule, "-o",
                    file(schedule + ".y4m"))).isZero();
        }
        assertThat(folder.resolve("constant.y4m")).hasSameBinaryContentAs(folder.resolve("power-cosine.y4m"));
    }

    @Test
    void severalClipsAreNumberedAndShownOnOneSheet() throws IOException {
        assertThat(run("x", "-n", "2", "--seed", "5", "--steps", "1", "--frames", "5", "-o", file("cat.gif"), "--sheet", file("cats.png"), "--quiet"))
                .isZero();
        assertThat(files()).containsExactly("cat-1.gif", "cat-2.gif", "cats.png");
        assertThat(captured.out().lines()).containsExactly(file("cat-1.gif"), file("cat-2.gif"));
        assertThat(captured.err()).isEmpty();
        assertThat(VideoReader.readAll(folder.resolve("cats.png"), ReadOptions.DEFAULT).getFirst().width()).isGreaterThan(5 * 32);
        assertThat(GeneratedMetadata.read(folder.resolve("cat-2.gif"))).hasValueSatisfying(m -> assertThat(m.seed()).isEqualTo(6));
    }

    @Test
    void oneFrameIsAStill() {
        assertThat(run("x", "--frames", "1", "--steps", "1", "-o", file("still.png"))).isZero();
        assertThat(captured.out()).contains("a still");
    }

    @Test
    void aDashSendsRawFramesToStandardOutputAndWordsElsewhere() {
        assertThat(run("x", "--steps", "1", "--fps", "25", "-o", "-")).isZero();
        assertThat(captured.out()).startsWith("YUV4MPEG2 W32 H32 F25:1");
        assertThat(captured.out().getBytes(StandardCharsets.UTF_8).length).isGreaterThan(9 * 32 * 32);
        assertThat(captured.err()).contains("standard output  seed");
    }

    @Test
    void aPictureBeginsTheClip() {
        Path picture = folder.resolve("first.png");
        try (var writer = VideoWriter.open(picture, WriteOptions.plain(1))) {
            writer.write(Frame.filled(50, 40, new Rgb(200, 30, 30)));
            writer.finish();
        }
        assertThat(run("x", "--steps", "1", "--image", picture.toString(), "-o", file("a.gif"))).as(captured.err()).isZero();
        assertThat(run("x", "--image", model.resolve("model.json").toString(), "-o", file("b.gif"))).isEqualTo(2);
        assertThat(folder.resolve("b.gif")).doesNotExist();
    }

    @Test
    void refusesWithoutLeavingAnything() throws IOException {
        assertThat(run("x", "-o", file("a.txt"))).isEqualTo(2);
        assertThat(run("x", "-o", file("nowhere/a.mp4"))).isEqualTo(2);
        assertThat(run("x", "--size", "64", "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("x", "--frames", "401", "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("x", "-m", "no-such-model", "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(run("x", "-o", file("a.mp4"), "--sheet", file("nowhere/s.png"))).isEqualTo(2);
        assertThat(files()).isEmpty();
        assertThat(captured.err().lines()).hasSize(6).allMatch(l -> l.startsWith("praxino: ") && l.endsWith("."));
    }

    @Test
    void namesEveryWeightThatIsMissing() throws IOException {
        Files.delete(model.resolve("denoiser/model.safetensors"));
        assertThat(run("x", "-o", file("a.mp4"))).isEqualTo(2);
        assertThat(captured.err()).contains("denoiser/model.safetensors is missing");
    }

    @Test
    void stoppingLeavesNothing() throws IOException {
        captured.stop.request();
        assertThat(run("x", "-o", file("a.mp4"))).isEqualTo(130);
        assertThat(files()).isEmpty();
    }

    @Test
    void namesAreMadeFromThePromptAndNumbers() throws IOException {
        var own = new OutputNames(List.of(), ".mp4", false);
        assertThat(own.of("A Ferris wheel, spinning!", 7, 1, 1)).containsExactly("a-ferris-wheel-spinning-7.mp4");
        assertThat(own.of("🐉", 7, 1, 1)).containsExactly("clip-7.mp4");
        assertThat(own.of("एक बिल्ली, แมวน้ำ и кошка", 7, 1, 1)).as("letters keep their marks").containsExactly("एक-बिल्ली-แมวน้ำ-и-кошка-7.mp4");
        assertThat(own.of("x".repeat(500), 7, 1, 1).getFirst()).hasSizeLessThan(60);
        assertThat(new OutputNames(List.of("a/b.c.mp4", "f/", "d/f_%04d.png"), ".mp4", false).of("x", 7, 2, 3))
                .containsExactly("a/b.c-2.mp4", "f-2/", "d/2/f_%04d.png");
        assertThat(new OutputNames(List.of("b.mp4"), ".mp4", false).of("x", 7, 1, 1)).containsExactly("b.mp4");
    }

    @Test
    void aFolderThatExistsGetsOneFileNamedAfterThePrompt() throws IOException {
        Path there = Files.createDirectory(folder.resolve("films"));
        for (String name : List.of(there.toString(), there + "/")) {
            assertThat(run("A Cat", "--seed", "7", "--steps", "1", "--frames", "5", "-o", name)).as(captured.err()).isZero();
        }
        assertThat(run("A Cat", "--seed", "7", "--steps", "1", "--frames", "1", "-o", there.toString())).as(captured.err()).isZero();
        try (var files = Files.list(there)) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("a-cat-7.mp4", "a-cat-7-2.mp4", "a-cat-7.png");
        }
    }

    @Test
    void filesThatExistAreReplacedOnlyByForce() throws IOException {
        Path file = Files.writeString(folder.resolve("a.gif"), "precious");
        assertThat(run("x", "--steps", "1", "-o", file.toString())).isEqualTo(2);
        assertThat(captured.err()).contains("a.gif' exists already: choose another name, or --force to replace it.");
        Files.writeString(folder.resolve("b-3.gif"), "precious");
        assertThat(run("x", "--steps", "1", "-n", "3", "-o", file("b.gif"))).as("the third of them").isEqualTo(2);
        assertThat(run("x", "--steps", "1", "-o", file("c.gif"), "--sheet", Files.writeString(folder.resolve("s.png"), "precious").toString())).isEqualTo(2);
        assertThat(files()).containsExactly("a.gif", "b-3.gif", "s.png");
        assertThat(file).hasContent("precious");
        assertThat(run("x", "--steps", "1", "--frames", "5", "-o", file.toString(), "--force")).as(captured.err()).isZero();
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).isNotEmpty();
    }

    @Test
    void progressSaysWhichClipOfSeveral() {
        assertThat(run("x", "-n", "2", "--steps", "2", "--frames", "5", "-o", file("a.gif"))).as(captured.err()).isZero();
        assertThat(captured.err()).contains("clip 1 of 2: denoising").contains("clip 2 of 2: denoising");
    }

    @Test
    void anMp4ThatPlaysEverywhereIsMadeOnRequest() {
        assertThat(run("x", "--steps", "1", "--frames", "5", "--codec", "h264", "-o", file("a.mp4"))).as(captured.err()).isZero();
        assertThat(run("x", "--steps", "1", "--frames", "5", "--codec", "AV1", "-o", file("a.webm"))).as(captured.err()).isZero();
        for (String name : List.of("a.mp4", "a.webm")) {
            assertThat(Cli.of(CommandActions.standard(), captured.console(), captured.stop).run("info", file(name))).isZero();
        }
        assertThat(captured.out()).contains("h264").contains("av1");
        assertThat(run("x", "--codec", "h264", "-o", file("b.webm"))).isEqualTo(2);
        assertThat(captured.err()).contains("WebM cannot hold h264: choose vp9 or av1, or write .mp4");
        assertThat(run("x", "--codec", "vp9", "-o", file("b.gif"))).isEqualTo(2);
        assertThat(captured.err()).contains("a codec can be chosen for .mp4 and .webm only");
    }
}
