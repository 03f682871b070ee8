package org.praxino.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.diffusion.StudentPlan;
import org.praxino.io.Json;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.UserException;
import org.praxino.train.data.compose.CompositionPreset;
import org.praxino.train.dmd.DmdTraining;
import org.praxino.train.ode.OdeTraining;
import org.praxino.train.student.Dataset;
import tools.jackson.databind.JsonNode;

/** Files and run folders of earlier versions are read under the current names. */
class FormerSettingsTest {
    private static final Optimisation OPTIMISATION =
            new Optimisation(8, 2, 1, 1e-3, 0, 0, 0.9, 0.99, 0, 1, 0.9, 1, "fp32", null);
    private static final Dataset DATA = new Dataset(9, CompositionPreset.AS_IS, 8);

    @TempDir
    Path temp;

    private static JsonNode renamed(String json) {
        JsonNode tree = Json.parse(json, "file", JsonNode.class);
        FormerSettings.rename(tree, "file");
        return tree;
    }

    @Test
    void renamesWhereTheSettingStandsOnly() {
        assertThat(renamed("""
                {"house": {"keep": 2}, "training": {"paths": {"count": 8}, "past": "CLEAN", "clean": 0.5, "beyond": {"share": 0.5, "frames": 4},
                 "data": {"frames": 33, "share": 1}, "phases": [{"given": 0.1}, {"given": 0.2}], "perceptual": {"places": ["x"]},
                 "equivariance": {"share": 0.3}}}"""))
                .isEqualTo(renamed("""
                        {"intervals": {"keep": 2}, "training": {"trajectories": {"count": 8}, "context": "CLEAN", "cleanProbability": 0.5,
                         "longRollout": {"probability": 0.5, "contextFrames": 4}, "data": {"frames": 33, "share": 1},
                         "phases": [{"framePrediction": 0.1}, {"framePrediction": 0.2}], "perceptual": {"packageFolders": ["x"]},
                         "equivariance": {"probability": 0.3}}}"""));
    }

    @Test
    void renamesKeysOfSet() {
        assertThat(List.of("training.beyond.share", "training.longRollout.frames", "house.keep", "training.data.frames", "perceptual.places"))
                .map(FormerSettings::currentKey)
                .containsExactly("training.longRollout.probability", "training.longRollout.contextFrames", "intervals.keep", "training.data.frames",
                        "perceptual.packageFolders");
    }

    @Test
    void refusesASettingUnderBothNames() {
        assertThatThrownBy(() -> renamed("{\"training\": {\"past\": \"CLEAN\", \"context\": \"NOISY\"}}")).isInstanceOf(ConfigException.class)
                .hasMessage("file has both context and past, its former name: keep context");
    }

    @Test
    void runFoldersOfEarlierVersionsResume() throws IOException {
        var ode = new OdeTraining(
                new StudentPlan(1, List.of(1000.0), 1, 2), DATA, new OdeTraining.Trajectories(8, List.of(3), 4, 1), OdeTraining.Context.CLEAN, 0, false,
                OPTIMISATION);
        resumes("ode", ode, Json.pretty(ode).replace("\"trajectories\"", "\"paths\"").replace("\"context\"", "\"past\"")
                .replace("\"cleanProbability\"", "\"clean\"").replace(",\n    \"muon\": null", ""));
        var dmd = new DmdTraining(
                DATA, DmdTraining.Input.ROLLOUT, null, null, List.of(2), new DmdTraining.LongRollout(0.5, 4),
                new DmdTraining.ScoreSettings(2, 3, 0.02, 0.98), new DmdTraining.CriticSettings(1, 0, 1, 1e-3, 0, 0.99, 0, 1), false, OPTIMISATION);
        resumes("dmd", dmd, Json.pretty(dmd).replace("\"longRollout\"", "\"beyond\"").replace("\"probability\"", "\"share\"")
                .replace("\"contextFrames\"", "\"frames\""));
    }

    private void resumes(String name, Object config, String former) throws IOException {
        assertThat(former).isNotEqualTo(Json.pretty(config)).doesNotContain("longRollout", "trajectories");
        Path folder = temp.resolve(name);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), former);
        assertThat(RunFolder.difference(folder.resolve("config.json"), config)).isEmpty();
        Files.writeString(folder.resolve("config.json"), former.replace("\"batch\": 2", "\"batch\": 3"));
        assertThat(RunFolder.difference(folder.resolve("config.json"), config)).isPresent();
        Files.writeString(folder.resolve("config.json"), "{");
        assertThatThrownBy(() -> RunFolder.difference(folder.resolve("config.json"), config)).isInstanceOf(UserException.class)
                .hasMessageContaining("config.json");
    }
}
