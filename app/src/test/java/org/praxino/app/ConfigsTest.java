package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.praxino.io.Json;
import org.praxino.io.model.ModelFolder;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.WaltRun;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltPresets;
import tools.jackson.databind.JsonNode;

/** The files in {@code configs/} can be read, and they, the bundled model and the presets in code are one and the same network. */
class ConfigsTest {
    private static List<Path> configs(String kind) throws IOException {
        try (var files = Files.list(Checkout.root().resolve("configs"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("emoji-" + kind)).sorted().toList();
        }
    }

    @Test
    void everyTokenizerRunIsOfTheBundledNetwork() throws IOException {
        assertThat(configs("tokenizer")).hasSizeGreaterThan(1).allSatisfy(file ->
                assertThat(ConfigFile.read(file, Map.of(), TokenizerRun.class).training().codec()).isEqualTo(CodecConfig.small()));
    }

    @Test
    void everyTransformerRunIsOfTheBundledNetwork() throws IOException {
        assertThat(configs("walt")).isNotEmpty().allSatisfy(file ->
                assertThat(ConfigFile.read(file, Map.of(), WaltRun.class).training().network()).isEqualTo(WaltPresets.EMOJI_128));
    }

    @Test
    void theModelInTheZooIsThePreset() {
        ModelFolder zoo = ModelFolder.open(Checkout.root().resolve("zoo/emoji-128"));
        assertThat(zoo.config(ModelFolder.CODEC, CodecConfig.class)).isEqualTo(CodecConfig.small());
        JsonNode network = zoo.config(ModelFolder.DENOISER, JsonNode.class).path("network");
        assertThat(Json.fromTree(network, "zoo/emoji-128", WaltConfig.class)).isEqualTo(WaltPresets.EMOJI_128);
    }
}
