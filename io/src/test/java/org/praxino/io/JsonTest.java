package org.praxino.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.praxino.tensor.UserException;

class JsonTest {

    enum Kind {
        CODEC,
        DENOISER
    }

    record Part(String name, int depth) {
        Part {
            if (depth < 1) {
                throw new IllegalArgumentException("depth=" + depth + " must be at least 1");
            }
        }
    }

    record Config(String title, double rate, boolean fast, Kind kind, List<Part> parts, @Nullable String note) {}

    private static final String GOOD = """
            {
              "title": "a",
              "rate": 0.5,
              "fast": true,
              "kind": "CODEC",
              "parts": [
                {
                  "name": "x",
                  "depth": 2
                }
              ],
              "note": null
            }
            """;

    @Test
    void writesWhatItReadsByteForByte() {
        Config config = Json.parse(GOOD, "c.json", Config.class);
        assertThat(config).isEqualTo(new Config("a", 0.5, true, Kind.CODEC, List.of(new Part("x", 2)), null));
        assertThat(Json.pretty(config)).isEqualTo(GOOD);
        assertThat(Json.line(Map.of("b", 1, "a", List.of(1, 2)))).isEqualTo("{\"a\":[1,2],\"b\":1}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            "rate": 0.5,      | ~~                         | c.json: field "rate" is missing.
            "note": null      | ~~                         | c.json (line
            "depth": 2        | "depth": 2, "deep": 3      | c.json: field "parts[0].deep" is not known; known here: depth, name.
            "depth": 2        | "depth": 2.5               | c.json: field "parts[0].depth" must be a whole number but is 2.5.
            "depth": 2        | "depth": "2"               | c.json: field "parts[0].depth" must be a whole number but is "2".
            "depth": 2        | "depth": null              | c.json: field "parts[0].depth" is null but must be a whole number.
            "depth": 2        | "depth": 0                 | c.json: field "parts[0]": depth=0 must be at least 1.
            "depth": 2        | "depth": 2, "depth": 3     | c.json (line
            "depth": 2        | "depth": [2]               | c.json: field "parts[0].depth" must be a whole number but is a list.
            "rate": 0.5       | "rate": "fast"             | c.json: field "rate" must be a number but is "fast".
            "fast": true      | "fast": 1                  | c.json: field "fast" must be true or false but is 1.
            "depth": 2        | "depth": 99999999999       | c.json: field "parts[0].depth" is out of range: it must be a whole number of Java type int.
            "kind": "CODEC"   | "kind": 0                  | c.json: field "kind" must be one of CODEC, DENOISER
            "kind": "CODEC"   | "kind": "codec"            | c.json: field "kind" must be one of CODEC, DENOISER but is "codec".
            "title": "a"      | "title": {}                | c.json: field "title" must be text but is an object.
            "title": "a"      | "title": 7                 | c.json: field "title" must be text but is 7.
            """)
    void namesFileAndFieldInOneSentence(String from, String to, String sentence) {
        String broken = GOOD.replace(from, to);
        assertThat(broken).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> Json.parse(broken, "c.json", Config.class))
                .isInstanceOf(UserException.class)
                .message()
                .startsWith(sentence)
                .endsWith(".")
                .doesNotContain("org.praxino")
                .doesNotContain("\n");
    }

    @Test
    void refusesWhatIsNotOneJsonValue() {
        for (String text : List.of("", "null", "{", "[1]", GOOD + "{}", "\"text\"", "nonsense")) {
            assertThatThrownBy(() -> Json.parse(text, "c.json", Config.class))
                    .as(text)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("c.json")
                    .hasMessageNotContaining("Source");
        }
    }

    @Test
    void readsAndWritesFiles(@TempDir Path dir) throws Exception {
        Path file = dir.resolve("sub/c.json");
        Config config = Json.parse(GOOD, "c.json", Config.class);
        Json.write(file, config);
        assertThat(file).hasContent(GOOD);
        assertThat(Json.read(file, Config.class)).isEqualTo(config);
        assertThatThrownBy(() -> Json.read(dir.resolve("none.json"), Config.class))
                .isInstanceOf(UserException.class)
                .hasMessage("Cannot read " + dir.resolve("none.json") + ": there is no such file.");
        Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
        assertThatThrownBy(() -> Json.read(file, Config.class)).hasMessage(file + " is not UTF-8 text.");
    }

    @Test
    void goesThroughTrees() {
        Config config = Json.parse(GOOD, "c.json", Config.class);
        assertThat(Json.fromTree(Json.tree(config), "c.json", Config.class)).isEqualTo(config);
    }
}
