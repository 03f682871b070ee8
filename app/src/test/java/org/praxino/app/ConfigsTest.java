package org.praxino.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.praxino.io.Json;
import org.praxino.io.model.ModelFolder;
import org.praxino.train.run.CausalRun;
import org.praxino.train.run.DmdRun;
import org.praxino.train.run.OdeRun;
import org.praxino.train.run.TokenizerRun;
import org.praxino.train.run.WaltRun;
import org.praxino.train.student.Dataset;
import org.praxino.walt.CodecConfig;
import org.praxino.walt.StudentConfig;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltPresets;
import org.praxino.wan.WanRecipe;
import tools.jackson.databind.JsonNode;

/** The files in {@code configs/} can be read, and their stages continue from each other. */
class ConfigsTest {
    @Test
    void theStagesOfTheTokenizerContinueFromEachOther() {
        Path configs = Checkout.root().resolve("configs");
        var first = ConfigFile.read(configs.resolve("emoji-tokenizer.yaml"), Map.of(), TokenizerRun.class);
        var longer = ConfigFile.read(configs.resolve("emoji-tokenizer-long.yaml"), Map.of(), TokenizerRun.class);
        var decoder = ConfigFile.read(configs.resolve("emoji-tokenizer-decoder.yaml"), Map.of(), TokenizerRun.class);
        assertThat(List.of(longer.start(), decoder.start())).containsExactly(first.run() + "/model", longer.run() + "/model");
        assertThat(List.of(longer.training().codec(), decoder.training().codec())).containsOnly(first.training().codec());
        WaltRun walt = ConfigFile.read(configs.resolve("emoji-walt.yaml"), Map.of(), WaltRun.class);
        assertThat(walt.codec()).isEqualTo(decoder.run() + "/model");
        assertThat(walt.training().network().tokens().latentChannels()).isEqualTo(first.training().codec().latentChannels());
    }

    @Test
    void theStudentsStagesContinueFromEachOther() {
        Path configs = Checkout.root().resolve("configs");
        WaltRun walt = ConfigFile.read(configs.resolve("emoji-walt.yaml"), Map.of(), WaltRun.class);
        CausalRun causal = ConfigFile.read(configs.resolve("emoji-causal.yaml"), Map.of(), CausalRun.class);
        OdeRun ode = ConfigFile.read(configs.resolve("emoji-ode.yaml"), Map.of(), OdeRun.class);
        DmdRun dmd = ConfigFile.read(configs.resolve("emoji-dmd.yaml"), Map.of(), DmdRun.class);
        assertThat(List.of(causal.teacher(), ode.teacher())).containsOnly(walt.run() + "/model");
        assertThat(dmd.start()).isEqualTo(ode.run() + "/model");
        assertThat(List.of(causal.codec(), ode.codec(), dmd.codec())).containsOnly(walt.codec());
        assertThat(List.of(causal.data(), ode.data(), dmd.data())).containsOnly(walt.data());
        Dataset clips = walt.training().phases().getLast().clips();
        assertThat(List.of(causal.training().data(), ode.training().data(), dmd.training().data())).as("the stored clips").containsOnly(clips);
        assertThat(new StudentConfig(WaltPresets.EMOJI_128, walt.training().process(), ode.training().student()).plan().block()).isEqualTo(1);
        assertThat(ode.training().student().levels()).hasSizeLessThanOrEqualTo(4);
        DmdRun steps = ConfigFile.read(configs.resolve("emoji-dmd-steps.yaml"), Map.of(), DmdRun.class);
        assertThat(steps.start()).isEqualTo(dmd.run() + "/model");
        assertThat(List.of(steps.codec(), steps.data())).containsExactly(dmd.codec(), dmd.data());
        assertThat(steps.training().data()).isEqualTo(dmd.training().data());
        var bundled = ModelFolder.open(Checkout.root().resolve("zoo/emoji-128")).config(ModelFolder.STUDENT, StudentConfig.class);
        assertThat(bundled.plan().levels()).isEqualTo(steps.training().levels());
        assertThat(bundled.plan().firstLevels()).isEqualTo(steps.training().firstLevels());
    }

    @Test
    void theStagesOfWansStudentContinueFromEachOther() {
        Path configs = Checkout.root().resolve("configs");
        OdeRun ode = ConfigFile.read(configs.resolve("wan-ode.yaml"), Map.of(), OdeRun.class);
        DmdRun dmd = ConfigFile.read(configs.resolve("wan-dmd.yaml"), Map.of(), DmdRun.class);
        assertThat(dmd.start()).isEqualTo(ode.run() + "/model");
        assertThat(List.of(dmd.data(), dmd.codec())).containsExactly(ode.data(), ode.codec());
        assertThat(dmd.training().data()).isEqualTo(ode.training().data());
        assertThat(ode.training().student().levels()).isEqualTo(WanRecipe.CAUSVID.levels());
    }

    @Test
    void thePapersConfigurationsAreComplete() {
        Path configs = Checkout.root().resolve("configs");
        WaltRun ucf = ConfigFile.read(configs.resolve("ucf101-walt.yaml"), Map.of(), WaltRun.class);
        assertThat(ucf.training().network()).as("named by its preset").isEqualTo(WaltPresets.L);
        var o = ucf.training().optimisation();
        assertThat(o.samples() / ((long) o.batch() * o.accumulate())).isEqualTo(60_000);
        var experiment = ConfigFile.read(configs.resolve("experiment-ablations.yaml"), Map.of(), Experiment.class);
        for (Experiment.Arm arm : experiment.arms()) {
            var set = new java.util.LinkedHashMap<String, String>();
            if (arm.set() != null) {
                arm.set().forEach((key, value) -> set.put(key, value.asString()));
            }
            WaltRun run = ConfigFile.read(Checkout.root().resolve(experiment.config()), set, WaltRun.class);
            assertThat(run.training().network().tokens().patch() * run.training().network().tokens().gridHeight()).as(arm.name()).isEqualTo(16);
        }
    }

    @Test
    void theModelInTheZooIsThePreset() {
        ModelFolder zoo = ModelFolder.open(Checkout.root().resolve("zoo/emoji-128"));
        assertThat(zoo.config(ModelFolder.CODEC, CodecConfig.class)).isEqualTo(CodecConfig.small());
        JsonNode network = zoo.config(ModelFolder.DENOISER, JsonNode.class).path("network");
        assertThat(Json.fromTree(network, "zoo/emoji-128", WaltConfig.class)).isEqualTo(WaltPresets.EMOJI_128);
    }
}
