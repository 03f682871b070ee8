package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written comes back: as many frames, as long, as alike as the format allows, and saying how it was made. */
class RoundTripTest {
    private static final WriteOptions OPTIONS = WriteOptions.generated(12, Clips.METADATA);

    /** A file to write, and the least PSNR in dB at which it must come back. 4:2:0 costs most, at the edge of the red disc. */
    record Case(String name, WriteOptions options, double psnr) {
        @Override
        public String toString() {
            return name + " " + options.codec() + " " + options.chroma();
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("clip.mp4", OPTIONS, 32),
                new Case("clip.mp4", OPTIONS.codec(Codec.VP9), 32),
                new Case("clip.mp4", OPTIONS.codec(Codec.H264), 32),
                new Case("clip.webm", OPTIONS, 32),
                new Case("clip.webm", OPTIONS.codec(Codec.AV1), 32),
                new Case("clip.webm", OPTIONS.chroma(Chroma.YUV444), 42),
                new Case("clip.gif", OPTIONS, 40),
                new Case("clip.webp", OPTIONS, 30),
                new Case("clip.apng", OPTIONS, Double.POSITIVE_INFINITY),
                new Case("clip.y4m", OPTIONS, 33),
                new Case("clip.y4m", OPTIONS.chroma(Chroma.YUV444), 50));
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("cases")
    void clipsComeBack(Case c) {
        List<Frame> clip = Clips.ball(17, 96, 64);
        Path file = folder.resolve(c.name);
        Clips.write(file, clip, c.options);

        VideoInfo info = VideoProbe.probe(file);
        List<Frame> back = VideoReader.readAll(file, ReadOptions.DEFAULT);
        assertThat(info.width()).isEqualTo(96);
        assertThat(info.height()).isEqualTo(64);
        assertThat(info.fps()).isCloseTo(12, within(0.1));
        assertThat(back).hasSize(17);
        assertThat(Clips.psnr(clip, back)).isGreaterThanOrEqualTo(c.psnr);
        assertThat(GeneratedMetadata.read(file)).contains(Clips.METADATA);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theSameFramesMakeTheSameFile(Case c) throws IOException {
        Path first = folder.resolve("a" + c.name);
        Path second = folder.resolve("b" + c.name);
        Clips.write(first, Clips.ball(9, 96, 64), c.options);
        Clips.write(second, Clips.ball(9, 96, 64), c.options);
        assertThat(Files.readAllBytes(first)).isEqualTo(Files.readAllBytes(second));
    }

    @ParameterizedTest
    @ValueSource(strings = {"odd.mp4", "odd.webm", "odd.gif", "odd.webp", "odd.apng", "odd.y4m"})
    void oddSizesStayAsTheyAre(String name) {
        List<Frame> clip = Clips.ball(5, 61, 47);
        Clips.write(folder.resolve(name), clip, OPTIONS);
        List<Frame> back = VideoReader.readAll(folder.resolve(name), ReadOptions.DEFAULT);
        assertThat(back).hasSize(5);
        assertThat(back.getFirst().size()).isEqualTo("61x47");
        assertThat(Clips.psnr(clip, back)).isGreaterThan(27);
    }

    @ParameterizedTest
    @ValueSource(strings = {"one.mp4", "one.webm", "one.gif", "one.webp", "one.apng", "one.png", "one.y4m"})
    void oneFrameIsEnough(String name) {
        List<Frame> clip = Clips.ball(1, 64, 64);
        Clips.write(folder.resolve(name), clip, OPTIONS);
        assertThat(Clips.psnr(clip, VideoReader.readAll(folder.resolve(name), ReadOptions.DEFAULT))).isGreaterThan(27);
        assertThat(GeneratedMetadata.read(folder.resolve(name))).contains(Clips.METADATA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"float.webm", "float.gif", "float.webp", "float.apng"})
    void alphaComesBack(String name) {
        List<Frame> clip = Clips.floating(7, 64, 48);
        Path file = folder.resolve(name);
        Clips.write(file, clip, OPTIONS);

        assertThat(VideoProbe.probe(file).hasAlpha()).isTrue();
        List<Frame> kept = VideoReader.readAll(file, ReadOptions.DEFAULT.background(Background.TRANSPARENT));
        assertThat(kept).hasSize(7).allSatisfy(frame -> {
            assertThat(frame.hasAlpha()).isTrue();
            assertThat(frame.at(0, 0, 3)).isLessThan(3);
        });
        assertThat(kept.getFirst().at(13, 24, 3)).isGreaterThan(252);
        List<Frame> wanted = clip.stream().map(frame -> FrameAlpha.over(frame, Rgb.WHITE)).toList();
        double least = name.endsWith(".gif") ? 25 : 35; // GIF has no half transparent edges
        assertThat(Clips.psnr(wanted, VideoReader.readAll(file, ReadOptions.DEFAULT.background(Rgb.WHITE)))).isGreaterThan(least);
    }

    @Test
    void alphaIsLaidOverTheBackgroundWhereThereIsNone() {
        List<Frame> clip = Clips.floating(3, 64, 64);
        Clips.write(folder.resolve("white.mp4"), clip, OPTIONS.background(Rgb.WHITE));
        Frame back = VideoReader.readAll(folder.resolve("white.mp4"), ReadOptions.DEFAULT).getFirst();
        assertThat(back.at(60, 2, 0)).isGreaterThan(250);
        assertThat(back.at(60, 2, 2)).isGreaterThan(250);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pure.mp4", "pure.webm", "pure.y4m", "pure.gif", "pure.webp"})
    void pureColoursKeepTheirPlace(String name) {
        for (Rgb colour : List.of(new Rgb(255, 0, 0), new Rgb(0, 255, 0), new Rgb(0, 0, 255), Rgb.WHITE, Rgb.BLACK, new Rgb(128, 128, 128))) {
            Path file = folder.resolve(name);
            Clips.write(file, List.of(Frame.filled(64, 64, colour)), OPTIONS);
            Frame back = VideoReader.readAll(file, ReadOptions.DEFAULT).getFirst();
            assertThat(back.at(32, 32, 0)).as("red of %s", colour).isCloseTo(colour.red(), within(4));
            assertThat(back.at(32, 32, 1)).as("green of %s", colour).isCloseTo(colour.green(), within(4));
            assertThat(back.at(32, 32, 2)).as("blue of %s", colour).isCloseTo(colour.blue(), within(4));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {24, 23.976, 29.97, 12.5, 7, 50})
    void ratesAreKept(double fps) {
        for (String name : List.of("rate.mp4", "rate.webm", "rate.apng", "rate.gif")) {
            Path file = folder.resolve(name);
            Clips.write(file, Clips.ball(10, 64, 64), WriteOptions.plain(fps));
            assertThat(VideoProbe.probe(file).fps()).as(name).isCloseTo(fps, within(fps * 0.03));
            assertThat(VideoProbe.probe(file).seconds()).as(name).isCloseTo(10 / fps, within(0.3 / fps));
            assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT.fps(fps))).as(name).hasSize(10);
        }
    }

    @Test
    void plainFilesSayNothing() {
        for (String name : List.of("p.mp4", "p.webm", "p.gif", "p.webp", "p.apng", "p.png", "p.y4m")) {
            Clips.write(folder.resolve(name), Clips.ball(1, 64, 64), WriteOptions.plain(12));
            assertThat(GeneratedMetadata.read(folder.resolve(name))).as(name).isEmpty();
        }
    }
}
