package org.praxino.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataTest {
    @TempDir
    Path folder;

    private static GeneratedMetadata of(String prompt) {
        return new GeneratedMetadata(prompt, -7, "m", "sha256:ff", "0.1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a cat", "<b>&amp;\"'</praxino:generation>", "line\nbreak\ttab \0 nul", "\ud83c\udfa1 \u4e16\u754c", "\ud800 broken"})
    void anyPromptSurvives(String prompt) throws Exception {
        String json = MetadataText.json(of(prompt));
        assertThat(json.chars()).allMatch(c -> c >= 32 && c < 127);
        assertThat(MetadataText.parse(json)).contains(of(prompt));
        String xmp = MetadataText.xmp(of(prompt));
        assertThat(MetadataText.parseXmp(xmp)).contains(of(prompt));
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xmp.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.mp4", "x.webm", "x.gif", "x.webp", "x.apng", "x.png", "x.y4m"})
    void longPromptsSurviveInEveryFormat(String name) {
        GeneratedMetadata metadata = of("w\u00f6rds & <tags> ".repeat(600)).with(Map.of("steps", "50", "negative", "blurry"));
        Clips.write(folder.resolve(name), Clips.ball(2, 64, 64), WriteOptions.generated(12, metadata));
        assertThat(GeneratedMetadata.read(folder.resolve(name))).contains(metadata);
        assertThat(VideoReader.readAll(folder.resolve(name), ReadOptions.DEFAULT)).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.mp4", "x.gif", "x.webp", "x.apng", "x.png"})
    void machinesFindTheSourceType(String name) throws IOException {
        Clips.write(folder.resolve(name), Clips.ball(2, 64, 64), WriteOptions.generated(12, Clips.METADATA));
        String bytes = Files.readString(folder.resolve(name), StandardCharsets.ISO_8859_1);
        assertThat(bytes).contains("<Iptc4xmpExt:DigitalSourceType>" + GeneratedMetadata.DIGITAL_SOURCE_TYPE)
                .contains("AI-generated");
    }

    @Test
    void everyFrameOfASequenceSaysIt() {
        Clips.write(folder.resolve("f_%02d.png"), Clips.ball(2, 16, 16), WriteOptions.generated(12, Clips.METADATA));
        assertThat(GeneratedMetadata.read(folder.resolve("f_01.png"))).contains(Clips.METADATA);
    }

    @Test
    void jpegSaysIt() throws IOException {
        byte[] jpeg = Jpeg.encode(Clips.ball(1, 64, 48).getFirst(), 85, Clips.METADATA);
        Path file = Files.write(folder.resolve("x.jpg"), jpeg);
        assertThat(GeneratedMetadata.read(file)).contains(Clips.METADATA);
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).hasSize(1);
        GeneratedMetadata endless = of("x".repeat(70_000)); // longer than a segment: left out, the picture stays whole
        Files.write(file, Jpeg.encode(Clips.ball(1, 64, 48).getFirst(), 85, endless));
        assertThat(GeneratedMetadata.read(file)).isEmpty();
        assertThat(VideoReader.readAll(file, ReadOptions.DEFAULT)).hasSize(1);
    }

    @Test
    void foreignFilesSayNothing() throws IOException {
        assertThat(MetadataText.parse("just a comment")).isEmpty();
        assertThat(MetadataText.parse("{\"software\":\"other\"}")).isEmpty();
        assertThat(MetadataText.parse("[1, 2]")).isEmpty();
        assertThat(MetadataText.parseXmp("<x:xmpmeta/>")).isEmpty();
        Path file = Files.write(folder.resolve("x.jpg"), Jpeg.encode(Clips.ball(1, 64, 48).getFirst(), 85, null));
        assertThat(GeneratedMetadata.read(file)).isEmpty();
    }
}
