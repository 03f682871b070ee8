package org.praxino.io.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.io.safetensors.WeightFiles;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

@ExtendWith(LeakCheck.class)
class ModelFolderTest {

    record TestCodecConfig(int channels, List<Integer> widths) {}

    record TextConfig(String source) {}

    @TempDir
    Path dir;

    private ModelFolder save(Path folder, String name, float weight) {
        Provenance provenance = Provenance.now(Map.of("seed", 1), "digest", 1000, List.of());
        ModelInfo info = ModelInfo.of(name, "walt", new ModelInfo.ClipSize(128, 128, 33, 12), null, "MIT", provenance);
        Tensor w = Tensor.of(new float[] {weight, 1}, 1, 2);
        return ModelFolder.save(folder, info, List.of(
                new ComponentSource("codec", "walt.codec", new TestCodecConfig(8, List.of(32, 64)), new TensorMap(Map.of("w", w)), DType.BF16),
                new ComponentSource("text", "minilm", new TextConfig("package"), null, null)));
    }

    @Test
    void opensWhatItSaved() throws IOException {
        Path folder = dir.resolve("zoo/small");
        save(folder, "small", 2);
        ModelFolder model = ModelFolder.open(folder);
        assertThat(model.info().name()).isEqualTo("small");
        assertThat(model.info().size()).isEqualTo(new ModelInfo.ClipSize(128, 128, 33, 12));
        assertThat(model.info().components()).extracting(ModelInfo.Component::folder).containsExactly("codec", "text");
        assertThat(model.has(ModelFolder.CODEC)).isTrue();
        assertThat(model.has(ModelFolder.STUDENT)).isFalse();
        assertThat(model.type("codec")).isEqualTo("walt.codec");
        assertThat(model.config("codec", TestCodecConfig.class)).isEqualTo(new TestCodecConfig(8, List.of(32, 64)));
        try (WeightFiles weights = model.weights("codec")) {
            assertThat(weights.dtype("w")).isEqualTo(DType.BF16);
            assertThat(weights.read("w").toFloatArray()).containsExactly(2, 1);
        }
        model.verify();
        assertThat(model.info().hash()).matches("[0-9a-f]{64}");
        assertThat(Files.readString(folder.resolve("model.json"))).startsWith("{\n  \"format\": 1,\n  \"name\": \"small\",\n");
        assertThatThrownBy(() -> model.weights("student"))
                .isInstanceOf(UserException.class)
                .hasMessage("The model in " + folder + " has no student; it has codec, text.");
        assertThatThrownBy(() -> model.weights("text")).isInstanceOf(UserException.class).hasMessageStartingWith("There are no weights in");
    }

    @Test
    void theHashIsOfTheWeights() {
        String one = save(dir.resolve("a"), "one", 2).info().hash();
        assertThat(save(dir.resolve("b"), "one", 2).info().hash()).isEqualTo(one);
        assertThat(save(dir.resolve("c"), "one", 3).info().hash()).isNotEqualTo(one);
    }

    @Test
    void savingAgainKeepsTheModelCard() throws IOException {
        Path folder = dir.resolve("m");
        save(folder, "m", 1);
        Files.writeString(folder.resolve("README.md"), "the card");
        save(folder, "m", 2).verify();
        assertThat(folder.resolve("README.md")).hasContent("the card");
        try (WeightFiles weights = ModelFolder.open(folder).weights("codec")) {
            assertThat(weights.read("w").toFloatArray()).containsExactly(2, 1);
        }
    }

    @Test
    void saysWhatIsMissingOrChanged() throws IOException {
        Path folder = dir.resolve("m");
        assertThatThrownBy(() -> ModelFolder.open(folder)).isInstanceOf(UserException.class).hasMessage("There is no model folder " + folder + ".");
        Files.createDirectories(folder);
        assertThatThrownBy(() -> ModelFolder.open(folder)).hasMessage(folder + " is not a model folder: it has no model.json.");
        save(folder, "m", 1);

        Path weights = folder.resolve("codec/model.safetensors");
        byte[] good = Files.readAllBytes(weights);
        Files.write(weights, java.util.Arrays.copyOf(good, good.length - 3));
        Files.delete(folder.resolve("text/config.json"));
        assertThatThrownBy(() -> ModelFolder.open(folder))
                .isInstanceOf(UserException.class)
                .hasMessage("The model in " + folder + " is not whole: codec/model.safetensors has " + (good.length - 3) + " bytes instead of "
                        + good.length + "; text/config.json is missing.");

        save(folder, "m", 1);
        good[good.length - 1] ^= 1;
        Files.write(weights, good);
        ModelFolder changed = ModelFolder.open(folder);
        assertThatThrownBy(changed::verify)
                .isInstanceOf(UserException.class)
                .hasMessage("The model in " + folder + " is not as it was saved; changed: codec/model.safetensors.");
    }

    @Test
    void refusesOtherVersionsAndWrongFields() throws IOException {
        Path folder = dir.resolve("m");
        save(folder, "m", 1);
        Path file = folder.resolve("model.json");
        String good = Files.readString(file);
        refused(file, good.replace("\"format\": 1", "\"format\": 2"), "has format 2, but this version reads format 1: use the version");
        refused(file, good.replace("\"format\": 1,", ""), "field \"format\" is missing.");
        refused(file, good.replace("\"fps\": 12.0", "\"fps\": 0"), "fps=0.0 must all be above 0.");
        refused(file, good.replace("\"licence\": \"MIT\",", ""), "field \"licence\" is missing.");
        refused(file, good.replace("\"folder\": \"text\"", "\"folder\": \"../text\""), "folder=\"../text\" must be letters");
        refused(file, "{", "is not valid JSON");
    }

    private static void refused(Path file, String text, String reason) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> ModelFolder.open(file.getParent()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(reason);
    }

    @Test
    void modelsAreFoundByNameOrPath() throws IOException {
        Path user = dir.resolve("user");
        Path zoo = dir.resolve("zoo");
        save(user.resolve("mine"), "mine", 1);
        save(zoo.resolve("emoji-128"), "emoji-128", 2);
        save(zoo.resolve("mine"), "mine", 3);
        Files.createDirectories(zoo.resolve("not-a-model"));
        ModelRepository shelf = new ModelRepository(List.of(user, zoo, dir.resolve("nowhere")));
        assertThat(shelf.open("mine").path()).isEqualTo(user.resolve("mine"));
        assertThat(shelf.open("emoji-128").path()).isEqualTo(zoo.resolve("emoji-128"));
        assertThat(shelf.open(zoo.resolve("mine").toString()).path()).isEqualTo(zoo.resolve("mine"));
        assertThat(shelf.all()).containsExactly(user.resolve("mine"), zoo.resolve("emoji-128"), zoo.resolve("mine"));
        assertThatThrownBy(() -> shelf.open("emoji"))
                .isInstanceOf(UserException.class)
                .hasMessage("There is no model \"emoji\", looked in " + user + ", " + zoo + ", " + dir.resolve("nowhere")
                        + " (there are mine, emoji-128); set PRAXINO_MODELS to the folder that holds it.");
        assertThatThrownBy(() -> new ModelRepository(List.of(dir.resolve("nowhere"))).open("x"))
                .hasMessage("There is no model \"x\", looked in " + dir.resolve("nowhere")
                        + "; set PRAXINO_MODELS to the folder that holds it or add the artifact praxino-model-emoji-128.");
        assertThatThrownBy(() -> shelf.open("Wan2.1-T2V-1.3B")).hasMessageEndingWith(", or fetch it with praxino pull wan-1.3b.");
        assertThatThrownBy(() -> shelf.open("self-forcing")).hasMessageEndingWith(", or fetch it with praxino pull self-forcing.");
        assertThatThrownBy(() -> ModelFolder.open(Files.writeString(dir.resolve("a.txt"), "x")))
                .hasMessageContaining("is a file and not a model folder");
        assertThatThrownBy(() -> shelf.open("some/where")).hasMessageStartingWith("There is no model folder some");
        assertThatThrownBy(() -> shelf.open(" ")).hasMessageContaining("cannot be the name of a model");
        assertThat(ModelRepository.defaults().roots()).hasSizeGreaterThanOrEqualTo(2);
    }
}
