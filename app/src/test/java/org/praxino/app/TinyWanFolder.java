package org.praxino.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.io.WeightNameMap;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Params;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.T5Config;
import org.praxino.wan.WanConfig;
import org.praxino.wan.WanNames;
import org.praxino.wan.WanTransformer;
import org.praxino.wan.WanVae;
import org.praxino.wan.WanVaeConfig;

/** A Wan 2.1 of a few kilobytes in diffusers' layout. */
final class TinyWanFolder {
    private static final WanConfig NETWORK = new WanConfig(4, 4, 2, 2, 128, 48, 16, 2, 1, 10, 512, 0, 0, true, 1e-6);
    private static final WanVaeConfig VAE = new WanVaeConfig(
            8, 4, List.of(1, 2, 4, 4), 2, List.of(false, true, true), Collections.nCopies(4, 0.0), Collections.nCopies(4, 1.0));
    private static final T5Config TEXT = new T5Config(10, 1, 2, 4, 12, 30, 8, 16, false, 1e-6);

    private TinyWanFolder() {}

    static Path write(Path folder) throws IOException {
        try (var network = new WanTransformer(NETWORK, Params.initialise(1, Device.CPU));
                var vae = new WanVae(VAE, Params.initialise(1, Device.CPU));
                var scope = Scope.open("tiny Wan")) {
            weights(folder.resolve("transformer/diffusion_pytorch_model.safetensors"), network.params().all(), WanNames.TRANSFORMER.inverse());
            weights(folder.resolve("vae/diffusion_pytorch_model.safetensors"), vae.params().all(), WanNames.vae(VAE).inverse());
            var text = new LinkedHashMap<String, Tensor>();
            TEXT.shapes().forEach((name, shape) -> text.put(name, Tensor.zeros(DType.F32, Device.CPU, shape)));
            weights(folder.resolve("text_encoder/model.safetensors"), text, WeightNameMap.of());
        }
        Files.writeString(folder.resolve("transformer/config.json"), "{\"_class_name\":\"WanTransformer3DModel\",\"attention_head_dim\":128,"
                + "\"num_attention_heads\":1,\"ffn_dim\":48,\"freq_dim\":16,\"in_channels\":4,\"out_channels\":4,\"num_layers\":2,\"text_dim\":10,"
                + "\"patch_size\":[1,2,2],\"cross_attn_norm\":true,\"eps\":1e-6,\"qk_norm\":\"rms_norm_across_heads\"}");
        Files.writeString(folder.resolve("vae/config.json"),
                "{\"base_dim\":8,\"z_dim\":4,\"dim_mult\":[1,2,4,4],\"num_res_blocks\":2,\"attn_scales\":[],"
                + "\"temperal_downsample\":[false,true,true],\"latents_mean\":[0,0,0,0],\"latents_std\":[1,1,1,1]}");
        Files.writeString(folder.resolve("text_encoder/config.json"),
                "{\"model_type\":\"umt5\",\"feed_forward_proj\":\"gated-gelu\",\"dense_act_fn\":\"gelu_new\","
                + "\"d_model\":10,\"num_layers\":1,\"num_heads\":2,\"d_kv\":4,\"d_ff\":12,\"vocab_size\":30,\"relative_attention_num_buckets\":8,"
                + "\"relative_attention_max_distance\":16}");
        Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\":\"WanPipeline\"}");
        Files.createDirectories(folder.resolve("tokenizer"));
        Files.writeString(folder.resolve("tokenizer/tokenizer.json"), "{}");
        return folder;
    }

    private static void weights(Path file, Map<String, Tensor> tensors, WeightNameMap names) {
        var renamed = new LinkedHashMap<String, Tensor>();
        tensors.forEach((n, t) -> renamed.put(names.apply(n), t));
        SafetensorsWriter.to(file).write(renamed);
    }
}
