package org.praxino.io.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.praxino.io.Json;
import tools.jackson.databind.JsonNode;

class PromptCleaningTest {

    record Case(String raw, String clean) {}

    @Test
    void passesTheGoldenCase() throws IOException {
        JsonNode golden = Json.parse(resource("prompt-cleaning-case.json"), "case", JsonNode.class);
        assertThat(golden.get("cases")).hasSizeGreaterThan(5).allSatisfy(c -> assertThat(
                        PromptCleaning.clean(c.get("raw").stringValue()))
                .isEqualTo(c.get("clean").stringValue()));
    }

    /** 400 strings put together at random from damaged pieces; expected values made by ftfy 6 and Python's html.unescape. */
    @Test
    void agreesWithThePublishedPrograms() throws IOException {
        assertThat(resource("prompt-cleaning.jsonl").lines()).hasSize(400).allSatisfy(line -> {
            Case c = Json.parse(line, "line", Case.class);
            assertThat(PromptCleaning.clean(c.raw())).as(line).isEqualTo(c.clean());
        });
    }

    @Test
    void leavesCleanTextAlone() {
        for (String text : new String[] {"", "A dog runs.", "día ñandú", "a 🐉 in 東京", "100% & more", "a < b > c"}) {
            assertThat(PromptCleaning.clean(text)).isEqualTo(text);
        }
        assertThat(PromptCleaning.clean("half \ud83d pair")).isEqualTo("half \ufffd pair");
    }

    private static String resource(String name) throws IOException {
        try (var stream = PromptCleaningTest.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
