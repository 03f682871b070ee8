package org.praxino.wan.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.praxino.io.WeightFile;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;
import org.praxino.wan.TinyWan;

/** A student whose checkpoint is two files, as LongLive's is: a base and a low-rank adapter. */
@ExtendWith(LeakCheck.class)
class LoraWeightsTest {
    private static final String Q = "blocks.0.self_attn.q";
    private static final String FFN = "blocks.1.ffn.2";

    @TempDir
    Path dir;

    private Path wan;
    private Path base;

    @BeforeEach
    void write() throws IOException {
        wan = TinyWan.save(dir.resolve("wan"), 1);
        base = TinyWan.saveStudent(wan.resolve("longlive_base.safetensors"), 5);
    }

    /** Pairs of rank 2 for the attention's queries and the MLP's way back, under names that begin with {@code prefix}. */
    private static Map<String, Tensor> adapter(String prefix) {
        var all = new LinkedHashMap<String, Tensor>();
        pair(all, prefix + Q, 24, 24, 2);
        pair(all, prefix + FFN, 24, 32, 2);
        return all;
    }

    private static void pair(Map<String, Tensor> into, String name, int out, int in, int rank) {
        into.put(name + ".lora_A.weight", RandomStream.of(3, "A" + name).normal(rank, in));
        into.put(name + ".lora_B.weight", RandomStream.of(3, "B" + name).normal(out, rank));
    }

    private Path save(String name, Map<String, Tensor> tensors) {
        Path file = wan.resolve(name);
        SafetensorsWriter.to(file).write(tensors);
        return file;
    }

    @Test
    void isAddedToTheStudentBesideIt() {
        try (var scope = Scope.open("test")) {
            var both = adapter("generator_lora.base_model.model.");
            pair(both, "critic_lora.base_model.model." + Q, 24, 24, 2);
            save("lora.safetensors", both);
            WanFolder folder = WanFolder.open(wan);
            assertThat(folder.student()).isEqualTo(base);
            assertThat(folder.adapter()).hasFileName("lora.safetensors");
            assertThat(folder.family()).isEqualTo(WanFolder.Family.LONGLIVE);
            assertThat(folder.check(WanPart.TRANSFORMER).fits()).isTrue();
            try (WeightFile plain = WanFolder.open(base).weights(WanPart.TRANSFORMER);
                    WeightFile changed = folder.weights(WanPart.TRANSFORMER)) {
                assertThat(changed.names()).isEqualTo(plain.names());
                for (String name : plain.names()) {
                    Tensor expected = plain.read(name);
                    String pair = "generator_lora.base_model.model." + name.replaceFirst("\\.weight$", "");
                    if (both.containsKey(pair + ".lora_A.weight")) {
                        expected = expected.add(both.get(pair + ".lora_B.weight").matmul(both.get(pair + ".lora_A.weight")));
                        assertThat(changed.view(name).toByteArray()).as(name).isNotEqualTo(plain.read(name).toByteArray());
                    }
                    assertThat(changed.read(name).sub(expected).abs().max().item()).as(name).isLessThan(1e-5);
                    assertThat(changed.dtype(name)).isEqualTo(DType.F32);
                }
            }
            assertThat(folder.fingerprint(WanPart.TRANSFORMER)).as("another model")
                    .isNotEqualTo(WanFolder.open(base).fingerprint(WanPart.TRANSFORMER));
        }
    }

    @Test
    void mayHaveNoPrefixOrAnother() {
        try (var scope = Scope.open("test")) {
            for (String prefix : new String[] {"", "diffusion_model.", "base_model.model._fsdp_wrapped_module."}) {
                save("wan_lora_rank2.safetensors", adapter(prefix));
                try (WeightFile weights = WanFolder.open(wan).weights(WanPart.TRANSFORMER)) {
                    assertThat(weights).isInstanceOfSatisfying(LoraWeights.class, a -> assertThat(a.pairs()).containsOnlyKeys(Q + ".weight", FFN + ".weight"));
                }
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() throws IOException {
        try (var scope = Scope.open("test")) {
            var other = adapter("");
            pair(other, "blocks.7.ffn.0", 32, 24, 2);
            Path file = save("lora.safetensors", other);
            WanFolder far = WanFolder.open(wan);
            assertThatThrownBy(() -> far.weights(WanPart.TRANSFORMER)).isInstanceOf(UserException.class)
                    .hasMessageContaining(file.toString()).hasMessageContaining("blocks.7.ffn.0.weight does not fit");
            var wide = adapter("");
            pair(wide, Q, 24, 25, 2);
            save("lora.safetensors", wide);
            assertThatThrownBy(() -> WanFolder.open(wan).weights(WanPart.TRANSFORMER)).hasMessageContaining(Q + ".weight does not fit");
            var half = adapter("");
            half.remove(Q + ".lora_A.weight");
            save("lora.safetensors", half);
            assertThatThrownBy(() -> WanFolder.open(wan).weights(WanPart.TRANSFORMER)).hasMessageContaining(Q + ".weight does not fit");
            var kohya = adapter("");
            kohya.put("lora_unet_blocks_0_self_attn_q.alpha", RandomStream.of(1, "a").normal(1));
            save("lora.safetensors", kohya);
            assertThatThrownBy(() -> WanFolder.open(wan).weights(WanPart.TRANSFORMER)).isInstanceOf(UserException.class)
                    .hasMessageContaining("of a kind that is not known").hasMessageContaining("lora_unet_blocks_0_self_attn_q.alpha");
            save("second_lora.safetensors", adapter(""));
            assertThatThrownBy(() -> WanFolder.open(wan)).hasMessageContaining("several adapters")
                    .hasMessageContaining("lora.safetensors, second_lora.safetensors");
            Files.delete(wan.resolve("second_lora.safetensors"));
            Files.delete(base);
            assertThatThrownBy(() -> WanFolder.open(wan)).isInstanceOf(UserException.class).hasMessageContaining("none lies beside it");
        }
    }
}
