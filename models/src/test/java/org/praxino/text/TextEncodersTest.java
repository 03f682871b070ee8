package org.praxino.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.Json;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;
import tools.jackson.databind.JsonNode;

/** Folders as Hugging Face lays them out, made of the golden cases' networks and a tokenizer that knows three words. */
@ExtendWith(LeakCheck.class)
class TextEncodersTest {
    private static final String WORDS = """
            {"version": "1.0", "pre_tokenizer": {"type": "Whitespace"},
             "model": {"type": "WordLevel", "vocab": {"<pad>": 0, "</s>": 1, "<unk>": 2, "a": 3, "cat": 4, "dog": 5}, "unk_token": "<unk>"}}
            """;

    @TempDir
    Path folder;

    private Path folderOf(String golden, String name) throws IOException {
        Path source = Path.of("..", "golden", golden);
        Path target = Files.createDirectories(folder.resolve(name));
        Json.write(target.resolve("config.json"), Json.read(source.resolve("case.json"), JsonNode.class).path("config"));
        Files.copy(source.resolve("weights.safetensors"), target.resolve("model.safetensors"));
        Files.writeString(target.resolve("tokenizer.json"), WORDS);
        return target;
    }

    @Test
    void eachKindOfFolderOpensByItsConfig() throws IOException {
        for (String golden : List.of("bert-encoder-hf", "t5-encoder-hf")) {
            try (TextEncoder encoder = TextEncoders.open(folderOf(golden, golden), Device.CPU, DType.F32, 8)) {
                TextStates states = encoder.encode(List.of("a cat", "a dog a cat"));
                assertThat(states.states().shape()).containsExactly(2, 4, 48);
                assertThat(states.mask().toLongArray()).containsExactly(1, 1, 0, 0, 1, 1, 1, 1);
                assertThat(encoder.id()).matches(golden + "@[0-9a-f]{12}/F32");
                assertThatThrownBy(() -> encoder.encode(List.of("a cat ".repeat(5))))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("has 10 tokens")
                        .hasMessageContaining("at most 8");
            }
        }
    }

    @Test
    void otherNetworksAndLengthsBeyondThePositionsAreRefused() throws IOException {
        Path bert = folderOf("bert-encoder-hf", "bert");
        assertThatThrownBy(() -> TextEncoders.open(bert, Device.CPU, DType.F32, 65))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("at most 64");
        Path config = bert.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceAll("(\"model_type\" ?: )\"bert\"", "$1\"llama\""));
        assertThatThrownBy(() -> TextEncoders.open(bert, Device.CPU, DType.F32, 8))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("\"model_type\" is \"llama\", but only bert, t5, umt5 is supported here");
    }
}
