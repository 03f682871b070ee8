package org.praxino.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.praxino.io.safetensors.TensorMap;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.LeakCheck;
import org.praxino.tensor.Ops;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.ShapeException;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightException;

@ExtendWith(LeakCheck.class)
class WanImageEncoderTest {
    private static WanImageEncoder load(TensorMap weights) {
        return WanImageEncoder.load(weights, Device.CPU, DType.F32, "clip.pth");
    }

    @Test
    void givesTheStatesBeforeTheLastLayer() {
        var weights = new TensorMap(TinyWan.pictures(1));
        try (var encoder = load(weights)) {
            assertThat(encoder.shape()).isEqualTo(new WanImageEncoder.Shape(80, 160, 2, 14, 28));
            Tensor picture = RandomStream.of(1, "picture").normal(1, 3, 28, 28).clamp(-1, 1);
            Tensor states = encoder.encode(picture);
            assertThat(states.shape()).containsExactly(1, 5, 80);
            assertThat(states.sub(byHand(weights, picture)).abs().max().item()).isCloseTo(0, within(1e-4));
            assertThat(encoder.encode(RandomStream.of(1, "wide").normal(2, 3, 30, 64)).shape()).containsExactly(2, 5, 80);
            assertThatThrownBy(() -> encoder.encode(RandomStream.of(1, "grey").normal(1, 1, 28, 28))).isInstanceOf(ShapeException.class);
        }
    }

    /** One layer, written out: token by token where the network has a convolution, with the softmax where it has a kernel. */
    private static Tensor byHand(TensorMap w, Tensor picture) {
        Tensor mean = Tensor.of(new float[] {0.48145466f, 0.4578275f, 0.40821073f}, 1, 3, 1, 1);
        Tensor std = Tensor.of(new float[] {0.26862954f, 0.26130258f, 0.27577711f}, 1, 3, 1, 1);
        Tensor even = picture.add(1).div(2).sub(mean).div(std);
        Tensor kernel = w.read("visual.patch_embedding.weight").reshape(80, 3 * 14 * 14);
        var tokens = new java.util.ArrayList<Tensor>();
        tokens.add(w.read("visual.cls_embedding").reshape(1, 80));
        for (int row = 0; row < 2; row++) {
            for (int column = 0; column < 2; column++) {
                Tensor patch = even.narrow(2, row * 14L, 14).narrow(3, column * 14L, 14).contiguous().reshape(1, 3 * 14 * 14);
                tokens.add(Ops.linear(patch, kernel, null));
            }
        }
        Tensor x = norm(w, "pre_norm", Tensor.cat(tokens, 0).add(w.read("visual.pos_embedding").squeeze(0))); // [5, 80], one head
        String p = "transformer.0.";
        Tensor qkv = linear(w, p + "attn.to_qkv", norm(w, p + "norm1", x));
        Tensor q = qkv.narrow(1, 0, 80);
        Tensor scores = q.matmul(qkv.narrow(1, 80, 80).transpose(0, 1)).mul(1 / Math.sqrt(80));
        Tensor e = scores.exp();
        Tensor seen = e.div(e.matmul(Tensor.ones(DType.F32, Device.CPU, 5, 1))).matmul(qkv.narrow(1, 160, 80));
        Tensor y = x.add(linear(w, p + "attn.proj", seen));
        return y.add(linear(w, p + "mlp.2", linear(w, p + "mlp.0", norm(w, p + "norm2", y)).gelu())).unsqueeze(0);
    }

    private static Tensor linear(TensorMap w, String name, Tensor x) {
        return Ops.linear(x, w.read("visual." + name + ".weight"), w.read("visual." + name + ".bias"));
    }

    private static Tensor norm(TensorMap w, String name, Tensor x) {
        return Ops.layerNorm(x, w.read("visual." + name + ".weight"), w.read("visual." + name + ".bias"), 1e-5);
    }

    @Test
    void huggingFacesNamesAreTheSameNetwork() {
        var own = new TensorMap(TinyWan.pictures(1));
        var hub = new LinkedHashMap<String, Tensor>();
        own.tensors().forEach((name, w) -> {
            String n = name.replace("visual.", "vision_model.");
            if (name.contains("to_qkv")) {
                for (int i = 0; i < 3; i++) {
                    hub.put(n.replace("transformer.", "encoder.layers.").replace("attn.to_qkv", "self_attn." + "qkv".charAt(i) + "_proj"), w.narrow(0, 80L * i, 80).contiguous());
                }
            } else if (name.equals("visual.cls_embedding")) {
                hub.put("vision_model.embeddings.class_embedding", w.reshape(80));
            } else if (name.equals("visual.pos_embedding")) {
                hub.put("vision_model.embeddings.position_embedding.weight", w.squeeze(0));
            } else if (name.startsWith("visual.") && !name.equals("visual.head")) {
                hub.put(n.replace("transformer.", "encoder.layers.").replace("attn.proj", "self_attn.out_proj").replace("norm1", "layer_norm1")
                        .replace("norm2", "layer_norm2").replace("mlp.0", "mlp.fc1").replace("mlp.2", "mlp.fc2").replace("pre_norm", "pre_layrnorm")
                        .replace("post_norm", "post_layernorm").replace("vision_model.patch", "vision_model.embeddings.patch"), w);
            }
        });
        try (var one = load(own);
                var other = load(new TensorMap(hub))) {
            Tensor picture = RandomStream.of(1, "picture").normal(1, 3, 28, 28);
            assertThat(other.encode(picture).sameAs(one.encode(picture))).isTrue();
        }
    }

    @Test
    void otherWeightsAreRefused() {
        var fewer = new LinkedHashMap<>(TinyWan.pictures(1));
        fewer.remove("visual.transformer.0.attn.proj.bias");
        assertThatThrownBy(() -> load(new TensorMap(fewer))).isInstanceOf(WeightException.class).hasMessageContaining("missing transformer.0.attn.proj.bias");
        assertThatThrownBy(() -> load(new TensorMap(TinyWan.transformer(1)))).isInstanceOf(ConfigException.class)
                .hasMessageContaining("clip.pth holds no picture encoder of Wan's");
    }
}
