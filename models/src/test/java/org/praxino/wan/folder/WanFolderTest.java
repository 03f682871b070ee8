package org.praxino.wan.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.praxino.io.model.HubCache;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.UserException;
import org.praxino.text.T5Config;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanNames;
import org.praxino.wan.WanVaeConfig;

@ExtendWith(LeakCheck.class)
class WanFolderTest {
    private static final WanConfig TINY = new WanConfig(4, 4, 2, 2, 128, 48, 16, 2, 1, 10, 512, 0, 0, true, 1e-6);

    @TempDir
    Path dir;

    private Path text(String name, String content) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** Wan2.1-T2V-1.3B as published, with holes for weights. */
    private Path published(String folder) throws IOException {
        Path wan = dir.resolve(folder);
        Skeleton.write(wan.resolve("diffusion_pytorch_model.safetensors"), NetworkShapes.of(WanConfig.T2V_1_3B), "F32");
        parts(folder);
        return wan;
    }

    private void parts(String folder) throws IOException {
        Path wan = dir.resolve(folder);
        Skeleton.write(wan.resolve("Wan2.1_VAE.safetensors"), NetworkShapes.of(WanVaeConfig.WAN_2_1), "F32");
        var own = T5Config.WAN_NAMES.inverse();
        Skeleton.write(wan.resolve("models_t5_umt5-xxl-enc-bf16.safetensors"), Skeleton.renamed(T5Config.UMT5_XXL.shapes(), own::apply), "BF16");
        text(folder + "/google/umt5-xxl/tokenizer.json", "{}");
        text(folder + "/config.json", "{\"_class_name\":\"WanModel\",\"dim\":1536,\"eps\":1e-6,\"ffn_dim\":8960,\"freq_dim\":256,\"in_dim\":16,"
                + "\"model_type\":\"t2v\",\"num_heads\":12,\"num_layers\":30,\"out_dim\":16,\"text_len\":512}");
    }

    @Test
    void wansOwnLayoutAtFullSize() throws IOException {
        WanFolder folder = WanFolder.open(published("wan"));
        assertThat(folder.layout()).isEqualTo(WanFolder.Layout.WAN);
        assertThat(folder.family()).isEqualTo(WanFolder.Family.WAN);
        assertThat(folder.config()).isEqualTo(WanConfig.T2V_1_3B);
        PartCheck transformer = folder.check(WanPart.TRANSFORMER);
        assertThat(transformer.tensors()).isEqualTo(825);
        assertThat(transformer.parameters()).isEqualTo(1_418_996_800L);
        assertThat(transformer.bytes()).isEqualTo(5_675_987_200L);
        assertThat(transformer.types()).isEqualTo(Map.of(DType.F32, 825L));
        assertThat(transformer.fits()).isTrue();
        PartCheck vae = folder.check(WanPart.VAE);
        assertThat(List.of(vae.tensors(), vae.parameters(), vae.fits())).containsExactly(194, 126_892_531L, true);
        PartCheck text = folder.check(WanPart.TEXT);
        assertThat(List.of(text.tensors(), text.parameters(), text.fits())).containsExactly(242, 5_680_910_336L, true);
        assertThat(folder.hasTokenizer()).isTrue();
        assertThat(WanFolder.isWan(dir.resolve("wan"))).isTrue();
    }

    @Test
    void diffusersLayoutWithShards() throws IOException {
        var names = WanNames.TRANSFORMER.inverse();
        Map<String, long[]> all = Skeleton.renamed(NetworkShapes.of(TINY), names::apply);
        assertThat(all).containsKey("blocks.0.attn1.to_out.0.weight").containsKey("proj_out.bias");
        var halves = List.of(new LinkedHashMap<String, long[]>(), new LinkedHashMap<String, long[]>());
        var map = new StringBuilder();
        int i = 0;
        for (var e : all.entrySet()) {
            int half = i++ % 2;
            halves.get(half).put(e.getKey(), e.getValue());
            map.append(map.isEmpty() ? "" : ",").append('"').append(e.getKey()).append("\":\"d-").append(half).append(".safetensors\"");
        }
        Path transformer = dir.resolve("m/transformer");
        Skeleton.write(transformer.resolve("d-0.safetensors"), halves.get(0), "BF16");
        Skeleton.write(transformer.resolve("d-1.safetensors"), halves.get(1), "F32");
        text("m/transformer/diffusion_pytorch_model.safetensors.index.json", "{\"metadata\":{},\"weight_map\":{" + map + "}}");
        text("m/transformer/config.json", "{\"_class_name\":\"WanTransformer3DModel\",\"attention_head_dim\":128,\"num_attention_heads\":1,\"ffn_dim\":48,"
                + "\"freq_dim\":16,\"in_channels\":4,\"out_channels\":4,\"num_layers\":2,\"text_dim\":10,\"patch_size\":[1,2,2],\"cross_attn_norm\":true,"
                + "\"eps\":1e-6,\"image_dim\":null,\"qk_norm\":\"rms_norm_across_heads\",\"pos_embed_seq_len\":null}");
        var vae = new WanVaeConfig(8, 4, List.of(1, 2, 4, 4), 2, List.of(false, true, true), Collections.nCopies(4, 0.0), Collections.nCopies(4, 1.0));
        var vaeNames = WanNames.vae(vae).inverse();
        Skeleton.write(dir.resolve("m/vae/diffusion_pytorch_model.safetensors"), Skeleton.renamed(NetworkShapes.of(vae), vaeNames::apply), "F32");
        text("m/vae/config.json", "{\"base_dim\":8,\"z_dim\":4,\"dim_mult\":[1,2,4,4],\"num_res_blocks\":2,\"attn_scales\":[],"
                + "\"temperal_downsample\":[false,true,true],\"latents_mean\":[0,0,0,0],\"latents_std\":[1,1,1,1]}");
        WanFolder folder = WanFolder.open(dir.resolve("m"));
        assertThat(folder.layout()).isEqualTo(WanFolder.Layout.DIFFUSERS);
        PartCheck check = folder.check(WanPart.TRANSFORMER);
        assertThat(check.fits()).as(check.toString()).isTrue();
        assertThat(check.types()).containsOnlyKeys(DType.F32, DType.BF16);
        PartCheck codec = folder.check(WanPart.VAE);
        assertThat(codec.fits()).as(codec.toString()).isTrue();
        assertThat(folder.has(WanPart.TEXT)).isFalse();
        assertThatThrownBy(() -> folder.file(WanPart.TEXT)).isInstanceOf(UserException.class)
                .hasMessageContaining("There is no text encoder in " + dir.resolve("m")).hasMessageContaining("text_encoder/");
        assertThatThrownBy(folder::tokenizer).isInstanceOf(UserException.class).hasMessageContaining("tokenizer.json");
        Files.delete(transformer.resolve("d-1.safetensors"));
        assertThatThrownBy(() -> folder.check(WanPart.TRANSFORMER)).isInstanceOf(UserException.class).hasMessageContaining("d-1.safetensors");
    }

    @Test
    void aStudentBesideAWanFolderHasItsBase() throws IOException {
        parts("wan_models/Wan2.1-T2V-1.3B");
        Map<String, long[]> names = Skeleton.renamed(NetworkShapes.of(WanConfig.T2V_1_3B), n -> "generator_ema.model._fsdp_wrapped_module." + n);
        names.putAll(Skeleton.renamed(NetworkShapes.of(WanConfig.T2V_1_3B), n -> "critic.model." + n));
        Path student = Skeleton.write(dir.resolve("checkpoints/run.safetensors"), names, "F32");
        for (Path way : List.of(student, student.getParent())) {
            WanFolder folder = WanFolder.open(way);
            assertThat(folder.family()).isEqualTo(WanFolder.Family.SELF_FORCING);
            assertThat(folder.networks()).containsExactlyInAnyOrder("generator_ema", "critic");
            assertThat(folder.config()).as("from the shapes").isEqualTo(WanConfig.T2V_1_3B);
            assertThat(folder.check(WanPart.TRANSFORMER).fits()).isTrue();
            assertThat(folder.check(WanPart.TEXT).fits()).isTrue();
            assertThat(folder.file(WanPart.VAE)).endsWith(Path.of("wan_models/Wan2.1-T2V-1.3B/Wan2.1_VAE.safetensors"));
            assertThat(folder.hasTokenizer()).isTrue();
            try (var critic = folder.network("critic")) {
                assertThat(critic.names()).hasSize(825);
            }
            assertThatThrownBy(() -> folder.network("generator")).isInstanceOf(UserException.class)
                    .hasMessageContaining("There is no \"generator\"").hasMessageContaining("generator_ema");
        }
        assertThat(WanFolder.isWan(dir.resolve("checkpoints"))).isTrue();
        Skeleton.write(dir.resolve("checkpoints/other.safetensors"), names, "F32");
        assertThatThrownBy(() -> WanFolder.open(dir.resolve("checkpoints"))).isInstanceOf(UserException.class)
                .hasMessageContaining("has several checkpoints").hasMessageContaining("other.safetensors, run.safetensors");
    }

    /** What DDP, FSDP, DeepSpeed, ComfyUI and Lightning put before and into names. */
    @ParameterizedTest
    @ValueSource(strings = {"", "module.", "model.", "model.diffusion_model.", "diffusion_model.", "module.model.", "state_dict.model.",
        "_fsdp_wrapped_module.", "module._fsdp_wrapped_module.", "model._fsdp_wrapped_module.", "model.module.", "generator_ema.module.",
        "module.generator_ema.", "generator_ema._fsdp_wrapped_module.model.", "_orig_mod.module.", "generator.model.diffusion_model."})
    void prefixesOfTrainingProgramsAreTakenOff(String prefix) throws IOException {
        parts("base");
        Map<String, long[]> names = new LinkedHashMap<>();
        NetworkShapes.of(TINY).forEach((name, shape) -> names.put(prefix + name.replaceFirst("^blocks\\.1\\.", "blocks.1._fsdp_wrapped_module."), shape));
        names.put("optimizer.state.0.exp_avg", new long[] {3});
        Path student = Skeleton.write(dir.resolve("student/model.safetensors"), names, "F32");
        WanFolder folder = WanFolder.open(student);
        try (var weights = folder.weights(WanPart.TRANSFORMER)) {
            assertThat(weights.names()).containsExactlyInAnyOrderElementsOf(NetworkShapes.of(TINY).keySet());
        }
        assertThat(folder.networks()).allMatch(n -> n.startsWith("generator") || n.equals("model"));
        assertThat(WanFolder.isWan(student)).isTrue();
    }

    @Test
    void prefixesOfOtherPartsAreTakenOffToo() throws IOException {
        Path wan = published("wan");
        Skeleton.write(wan.resolve("Wan2.1_VAE.safetensors"), Skeleton.renamed(NetworkShapes.of(WanVaeConfig.WAN_2_1), n -> "module." + n), "F32");
        assertThat(WanFolder.open(wan).check(WanPart.VAE).fits()).isTrue();
    }

    @Test
    void twoWeightsOfOneNameAreRefused() throws IOException {
        Map<String, long[]> names = Skeleton.renamed(NetworkShapes.of(TINY), n -> n);
        names.putAll(Skeleton.renamed(NetworkShapes.of(TINY), n -> "module." + n));
        Path student = Skeleton.write(dir.resolve("student/model.safetensors"), names, "F32");
        WanFolder folder = WanFolder.open(student);
        assertThatThrownBy(() -> folder.weights(WanPart.TRANSFORMER)).isInstanceOf(UserException.class)
                .hasMessageContaining("Two weights are both called ").hasMessageContaining("module.");
    }

    @Test
    void theCacheOfHuggingFaceIsReadThroughItsLinks() throws IOException {
        Path hub = dir.resolve("hub");
        Path repository = hub.resolve("models--Wan-AI--Wan2.1-T2V-1.3B");
        linked(published("plain"), repository, "1111");
        Path student = Skeleton.write(dir.resolve("loose/model.safetensors"),
                Skeleton.renamed(NetworkShapes.of(WanConfig.T2V_1_3B), n -> "generator." + n), "F32").getParent();
        linked(student, hub.resolve("models--someone--student"), "2222");
        for (Path way : List.of(repository, repository.resolve("snapshots/1111"))) {
            assertThat(WanFolder.isWan(way)).isTrue();
            WanFolder folder = WanFolder.open(way);
            assertThat(folder.check(WanPart.TRANSFORMER).fits()).isTrue();
            assertThat(folder.check(WanPart.TEXT).fits()).isTrue();
            assertThat(folder.hasTokenizer()).isTrue();
        }
        WanFolder other = WanFolder.open(hub.resolve("models--someone--student"));
        assertThat(other.file(WanPart.VAE)).as("from the repository beside it").exists();
        Files.createDirectories(repository.resolve("snapshots/0000"));
        assertThat(HubCache.snapshot(repository)).as("as refs/main says").endsWith(Path.of("snapshots/1111"));
        Files.writeString(repository.resolve("refs/main"), "../../..");
        assertThat(HubCache.snapshot(repository).getParent()).as("no way out").isEqualTo(repository.resolve("snapshots"));
        assertThat(HubCache.snapshot(student)).isEqualTo(student);
    }

    /** Files as links into {@code blobs/}, as the cache has them. */
    private static void linked(Path folder, Path repository, String commit) throws IOException {
        Path blobs = Files.createDirectories(repository.resolve("blobs"));
        Path snapshot = repository.resolve("snapshots").resolve(commit);
        Files.createDirectories(repository.resolve("refs"));
        Files.writeString(repository.resolve("refs/main"), commit);
        List<Path> files;
        try (var all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (int i = 0; i < files.size(); i++) {
            Path link = snapshot.resolve(folder.relativize(files.get(i)).toString());
            Files.createDirectories(link.getParent());
            Path blob = Files.move(files.get(i), blobs.resolve("abc" + i));
            Files.createSymbolicLink(link, link.getParent().relativize(blob));
        }
    }

    @Test
    void aClassOfCausalStudentsIsOne() throws IOException {
        Path wan = published("wan");
        Files.writeString(wan.resolve("config.json"), Files.readString(wan.resolve("config.json")).replace("WanModel", "CausalWanModel"));
        WanFolder folder = WanFolder.open(wan);
        assertThat(folder.family()).isEqualTo(WanFolder.Family.SELF_FORCING);
        assertThat(folder.teacher()).isNull();
        Files.writeString(wan.resolve("config.json"), "{broken");
        assertThat(WanFolder.open(wan).family()).isEqualTo(WanFolder.Family.WAN);
    }

    @Test
    void aPickledCheckpointIsAStudent() throws IOException {
        parts("base");
        Path golden = Path.of("..", "golden", "torch-checkpoint");
        Path pickled;
        try (var list = Files.list(golden)) {
            pickled = list.filter(p -> p.toString().endsWith(".pt")).findFirst().orElseThrow();
        }
        Files.createDirectories(dir.resolve("causvid"));
        Files.copy(pickled, dir.resolve("causvid/model.pt"));
        WanFolder folder = WanFolder.open(dir.resolve("causvid"));
        assertThat(folder.networks()).contains("generator");
        assertThatThrownBy(folder::config).isInstanceOf(ConfigException.class).hasMessageContaining("holds no transformer of Wan 2.1");
        assertThat(folder.has(WanPart.TEXT)).isTrue();
    }

    @Test
    void tellsWhatIsMissingUnexpectedOrMisshaped() throws IOException {
        parts("wan");
        Map<String, long[]> shapes = new LinkedHashMap<>(NetworkShapes.of(WanConfig.T2V_1_3B));
        shapes.remove("head.modulation");
        shapes.put("blocks.3.self_attn.q.bias", new long[] {7});
        shapes.put("blocks.30.modulation", new long[] {1, 6, 1536});
        Skeleton.write(dir.resolve("wan/diffusion_pytorch_model.safetensors"), shapes, "BF16");
        PartCheck check = WanFolder.open(dir.resolve("wan")).check(WanPart.TRANSFORMER);
        assertThat(check.missing()).containsExactly("head.modulation");
        assertThat(check.unexpected()).containsExactly("blocks.30.modulation");
        assertThat(check.misshaped()).containsExactly("blocks.3.self_attn.q.bias [7] instead of [1536]");
        assertThat(check.fits()).isFalse();
    }

    @Test
    void refusesWrongFoldersInOneSentence() throws IOException {
        text("empty/readme.txt", "x");
        assertThatThrownBy(() -> WanFolder.open(dir.resolve("empty"))).isInstanceOf(UserException.class)
                .hasMessageContaining("holds no model of Wan 2.1").hasMessageContaining("Wan2.1_VAE.pth");
        assertThat(WanFolder.isWan(dir.resolve("empty"))).isFalse();
        Skeleton.write(dir.resolve("other/model.safetensors"), Map.of("encoder.weight", new long[] {2}), "F32");
        assertThat(WanFolder.isWan(dir.resolve("other"))).isFalse();
        Skeleton.write(dir.resolve("alone/student.safetensors"), Skeleton.renamed(NetworkShapes.of(TINY), n -> "generator.model." + n), "F32");
        assertThat(WanFolder.isWan(dir.resolve("alone"))).isTrue();
        assertThat(WanFolder.open(dir.resolve("alone")).config()).isEqualTo(TINY);
        assertThatThrownBy(() -> WanFolder.open(dir.resolve("nowhere"))).isInstanceOf(UserException.class).hasMessageContaining("There is no model folder");
        parts("mixed");
        Files.createDirectories(dir.resolve("mixed/vae"));
        assertThatThrownBy(() -> WanFolder.open(dir.resolve("mixed"))).isInstanceOf(UserException.class).hasMessageContaining("mixes two layouts")
                .hasMessageContaining("Wan2.1_VAE.safetensors").hasMessageContaining("vae/");
        text("new/Wan2.2_VAE.pth", "");
        assertThatThrownBy(() -> WanFolder.open(dir.resolve("new"))).isInstanceOf(UserException.class).hasMessageContaining("a model of Wan 2.2");
        Path vace = published("vace");
        text("vace/config.json", "{\"vace_layers\":[0,2],\"dim\":1536}");
        assertThatThrownBy(() -> WanFolder.open(vace).config()).isInstanceOf(ConfigException.class).hasMessageContaining("VACE");
        Path small = dir.resolve("eight");
        parts("eight");
        Skeleton.write(small.resolve("diffusion_pytorch_model.safetensors"), Map.of("head.modulation", new long[] {1, 2, 1536}), "F8_E4M3");
        assertThatThrownBy(() -> WanFolder.open(small).check(WanPart.TRANSFORMER)).isInstanceOf(UserException.class).hasMessageContaining("F8_E4M3");
    }
}
