package org.praxino.wan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.praxino.io.safetensors.SafetensorsWriter;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Params;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.T5Config;
import org.praxino.text.T5Encoder;

/** A Wan 2.1 folder in diffusers' layout with random weights, small enough to sample in a blink, and students' checkpoints to lie in it. */
public final class TinyWan {
    public static final WanConfig CONFIG = new WanConfig(4, 4, 2, 2, 24, 32, 16, 2, 2, 12, 512, 0, 0, true, 1e-6);
    public static final WanVaeConfig VAE = new WanVaeConfig(
            8, 4, List.of(1, 2, 4, 4), 1, List.of(false, true, true), Collections.nCopies(4, 0.1), Collections.nCopies(4, 1.5));
    public static final T5Config TEXT = new T5Config(12, 1, 2, 6, 16, 8, 8, 16, false, 1e-6);

    private TinyWan() {}

    /** The whole folder. @param seed of the transformer */
    public static Path save(Path folder, long seed) throws IOException {
        text(folder.resolve("transformer/config.json"), "{\"_class_name\":\"WanTransformer3DModel\",\"attention_head_dim\":12,\"num_attention_heads\":2,"
                + "\"ffn_dim\":32,\"freq_dim\":16,\"in_channels\":4,\"out_channels\":4,\"num_layers\":2,\"text_dim\":12,\"patch_size\":[1,2,2],"
                + "\"cross_attn_norm\":true,\"eps\":1e-6,\"image_dim\":null,\"qk_norm\":\"rms_norm_across_heads\",\"pos_embed_seq_len\":null}");
        text(folder.resolve("vae/config.json"), "{\"base_dim\":8,\"z_dim\":4,\"dim_mult\":[1,2,4,4],\"num_res_blocks\":1,\"attn_scales\":[],"
                + "\"temperal_downsample\":[false,true,true],\"latents_mean\":[0.1,0.1,0.1,0.1],\"latents_std\":[1.5,1.5,1.5,1.5]}");
        text(folder.resolve("text_encoder/config.json"), "{\"model_type\":\"umt5\",\"d_model\":12,\"num_layers\":1,\"num_heads\":2,\"d_kv\":6,"
                + "\"d_ff\":16,\"vocab_size\":8,\"relative_attention_num_buckets\":8,\"relative_attention_max_distance\":16,"
                + "\"feed_forward_proj\":\"gated-gelu\",\"dense_act_fn\":\"gelu_new\",\"layer_norm_epsilon\":1e-6}");
        text(folder.resolve("tokenizer/tokenizer.json"), "{\"version\":\"1.0\",\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"model\":{\"type\":"
                + "\"WordLevel\",\"vocab\":{\"<pad>\":0,\"</s>\":1,\"<unk>\":2,\"a\":3,\"cat\":4,\"dog\":5},\"unk_token\":\"<unk>\"}}");
        try (var guard = Grad.off();
                var scope = Scope.open("tiny wan");
                var vae = new WanVae(VAE, Params.initialise(2, Device.CPU));
                var encoder = new T5Encoder(TEXT, Params.initialise(3, Device.CPU))) {
            String file = "diffusion_pytorch_model.safetensors";
            write(folder.resolve("transformer").resolve(file), transformer(seed), WanNames.TRANSFORMER.inverse()::apply);
            write(folder.resolve("vae").resolve(file), stirred(vae.params(), 2), WanNames.vae(VAE).inverse()::apply);
            var words = new LinkedHashMap<String, Tensor>();
            TEXT.shapes().forEach((name, shape) -> words.put(name, RandomStream.of(3, name).normal(shape)));
            write(folder.resolve("text_encoder/model.safetensors"), words, name -> name);
        }
        return folder;
    }

    /** As {@link #save}, but an image-to-video model with a picture encoder. */
    public static Path saveFromPicture(Path folder, long seed) throws IOException {
        save(folder, seed);
        Path config = folder.resolve("transformer/config.json");
        Files.writeString(config, Files.readString(config).replace("\"in_channels\":4", "\"in_channels\":12").replace("\"image_dim\":null", "\"image_dim\":80"));
        var shape = new WanConfig(12, 4, 2, 2, 24, 32, 16, 2, 2, 12, 512, 80, 0, true, 1e-6);
        try (var scope = Scope.open("tiny wan");
                var network = new WanTransformer(shape, Params.initialise(seed, Device.CPU))) {
            write(folder.resolve("transformer/diffusion_pytorch_model.safetensors"), stirred(network.params(), seed), WanNames.TRANSFORMER.inverse()::apply);
            write(folder.resolve("models_clip_open-clip-xlm-roberta-large-vit-huge-14.safetensors"), pictures(seed), name -> name);
        }
        return folder;
    }

    /** A picture encoder of a width of 80, two layers and five tokens, in the innermost scope. */
    public static Map<String, Tensor> pictures(long seed) {
        var shapes = new LinkedHashMap<String, long[]>();
        shapes.put("patch_embedding.weight", new long[] {80, 3, 14, 14});
        shapes.put("cls_embedding", new long[] {1, 1, 80});
        shapes.put("pos_embedding", new long[] {1, 5, 80});
        for (String norm : List.of("pre_norm", "post_norm", "transformer.0.norm1", "transformer.0.norm2", "transformer.1.norm1")) {
            shapes.put(norm + ".weight", new long[] {80});
            shapes.put(norm + ".bias", new long[] {80});
        }
        shapes.put("transformer.0.attn.to_qkv.weight", new long[] {240, 80});
        shapes.put("transformer.0.attn.to_qkv.bias", new long[] {240});
        shapes.put("transformer.0.attn.proj.weight", new long[] {80, 80});
        shapes.put("transformer.0.attn.proj.bias", new long[] {80});
        shapes.put("transformer.0.mlp.0.weight", new long[] {160, 80});
        shapes.put("transformer.0.mlp.0.bias", new long[] {160});
        shapes.put("transformer.0.mlp.2.weight", new long[] {80, 160});
        shapes.put("transformer.0.mlp.2.bias", new long[] {80});
        shapes.put("head", new long[] {80, 16});
        var all = new LinkedHashMap<String, Tensor>();
        shapes.forEach((name, s) -> all.put("visual." + name, RandomStream.of(seed, "clip " + name).normal(s).mul(0.2)));
        all.put("textual.token_embedding.weight", Tensor.zeros(org.praxino.tensor.DType.F32, Device.CPU, 3, 2));
        all.put("log_scale", Tensor.zeros(org.praxino.tensor.DType.F32, Device.CPU, 1));
        return all;
    }

    /** A student's checkpoint as Self-Forcing's program leaves it, but safe. */
    public static Path saveStudent(Path file, long seed) throws IOException {
        try (var scope = Scope.open("tiny student")) {
            write(file, transformer(seed), name -> "generator_ema.model." + name);
        }
        return file;
    }

    /** A student's checkpoint as CausVid's program leaves it: a pickled dict in a zip, {@code generator} in it. */
    public static Path savePickled(Path file, long seed) throws IOException {
        try (var scope = Scope.open("tiny student")) {
            var pickle = new ByteArrayOutputStream();
            Files.createDirectories(file.getParent());
            try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
                pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}', '('}); // protocol 2, a dict, items follow
                word(pickle, "generator");
                pickle.writeBytes(new byte[] {'}', '('});
                int key = 0;
                for (var e : transformer(seed).entrySet()) {
                    word(pickle, "model." + e.getKey());
                    tensor(pickle, String.valueOf(key), e.getValue());
                    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(4 * e.getValue().numel())).order(ByteOrder.LITTLE_ENDIAN);
                    for (float v : e.getValue().toFloatArray()) {
                        bytes.putFloat(v);
                    }
                    entry(zip, "archive/data/" + key++, bytes.array());
                }
                pickle.writeBytes(new byte[] {'u', 'u', '.'});
                entry(zip, "archive/data.pkl", pickle.toByteArray());
                entry(zip, "archive/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
            }
        }
        return file;
    }

    /** Weights that are not small anywhere: layers that begin at zero would show the same picture for every prompt. */
    public static Map<String, Tensor> transformer(long seed) {
        try (var network = new WanTransformer(CONFIG, Params.initialise(seed, Device.CPU))) {
            return stirred(network.params(), seed);
        }
    }

    private static Map<String, Tensor> stirred(Params params, long seed) {
        var all = new LinkedHashMap<String, Tensor>();
        try (var guard = Grad.off()) {
            params.all().forEach((name, w) -> all.put(name, w.add(RandomStream.of(seed, "stir " + name).normal(w.shape()).mul(0.1))));
        }
        return all;
    }

    private static void write(Path file, Map<String, Tensor> weights, UnaryOperator<String> name) throws IOException {
        Files.createDirectories(file.getParent());
        var renamed = new LinkedHashMap<String, Tensor>();
        weights.forEach((n, t) -> renamed.put(name.apply(n), t));
        SafetensorsWriter.to(file).write(renamed);
    }

    private static void text(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    // ------------------------------------------------------------------ pickle, opcode by opcode

    private static void word(ByteArrayOutputStream out, String s) {
        out.write('X');
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length).array());
        out.writeBytes(utf8);
    }

    private static void number(ByteArrayOutputStream out, long n) {
        out.write('J');
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) n).array());
    }

    private static void global(ByteArrayOutputStream out, String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static void tensor(ByteArrayOutputStream out, String key, Tensor t) {
        global(out, "torch._utils", "_rebuild_tensor_v2");
        out.writeBytes(new byte[] {'(', '('});
        word(out, "storage");
        global(out, "torch", "FloatStorage");
        word(out, key);
        word(out, "cpu");
        number(out, t.numel());
        out.writeBytes(new byte[] {'t', 'Q'});
        number(out, 0);
        long[] shape = t.shape();
        out.write('(');
        for (long s : shape) {
            number(out, s);
        }
        out.writeBytes(new byte[] {'t', '('});
        for (int i = 0; i < shape.length; i++) {
            long stride = 1;
            for (int j = i + 1; j < shape.length; j++) {
                stride *= shape[j];
            }
            number(out, stride);
        }
        out.writeBytes(new byte[] {'t', (byte) 0x89});
        global(out, "collections", "OrderedDict");
        out.writeBytes(new byte[] {')', 'R', 't', 'R'});
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes) {
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        var crc = new CRC32();
        crc.update(bytes);
        entry.setCrc(crc.getValue());
        try {
            zip.putNextEntry(entry);
            zip.write(bytes);
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
