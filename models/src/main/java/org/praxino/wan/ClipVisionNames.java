package org.praxino.wan;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.praxino.tensor.DType;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.WeightSource;

/**
 * Hugging Face's {@code CLIPVisionModel}, as diffusers' folders have it in {@code image_encoder/}, under the names that Wan's own
 * checkpoint gives the same network: queries, keys and values are one matrix there, and tokens have a batch.
 *
 * @param hub weights as stored
 * @param lines Wan's name to those that lie one after another in it
 */
record ClipVisionNames(WeightSource hub, Map<String, List<String>> lines) implements WeightSource {
    private static final String ROOT = "vision_model.";
    private static final String WHOLE = ROOT + "embeddings.class_embedding";

    /** Whether the names are Hugging Face's. */
    static boolean are(WeightSource weights) {
        return weights.names().contains(WHOLE);
    }

    static ClipVisionNames of(WeightSource hub) {
        var lines = new LinkedHashMap<String, List<String>>();
        lines.put("cls_embedding", List.of(WHOLE));
        lines.put("patch_embedding.weight", List.of(ROOT + "embeddings.patch_embedding.weight"));
        lines.put("pos_embedding", List.of(ROOT + "embeddings.position_embedding.weight"));
        for (String end : List.of("weight", "bias")) {
            lines.put("pre_norm." + end, List.of(ROOT + "pre_layrnorm." + end)); // as it is spelt
            lines.put("post_norm." + end, List.of(ROOT + "post_layernorm." + end));
            for (int i = 0; hub.names().contains(ROOT + "encoder.layers." + i + ".layer_norm1.weight"); i++) {
                String wan = "transformer." + i + ".";
                String theirs = ROOT + "encoder.layers." + i + ".";
                lines.put(wan + "norm1." + end, List.of(theirs + "layer_norm1." + end));
                lines.put(wan + "norm2." + end, List.of(theirs + "layer_norm2." + end));
                lines.put(wan + "attn.to_qkv." + end, List.of(
                        theirs + "self_attn.q_proj." + end, theirs + "self_attn.k_proj." + end, theirs + "self_attn.v_proj." + end));
                lines.put(wan + "attn.proj." + end, List.of(theirs + "self_attn.out_proj." + end));
                lines.put(wan + "mlp.0." + end, List.of(theirs + "mlp.fc1." + end));
                lines.put(wan + "mlp.2." + end, List.of(theirs + "mlp.fc2." + end));
            }
        }
        lines.values().removeIf(names -> !hub.names().containsAll(names));
        return new ClipVisionNames(hub, lines);
    }

    @Override
    public Set<String> names() {
        return lines.keySet();
    }

    private List<String> parts(String name) {
        return Objects.requireNonNull(lines.get(name), name);
    }

    @Override
    public long[] shape(String name) {
        List<String> parts = parts(name);
        long[] one = hub.shape(parts.getFirst());
        if (name.equals("cls_embedding") || name.equals("pos_embedding")) {
            long[] batched = new long[3];
            Arrays.fill(batched, 1);
            System.arraycopy(one, 0, batched, 3 - one.length, one.length);
            return batched;
        }
        long[] all = one.clone();
        all[0] = parts.stream().mapToLong(p -> hub.shape(p)[0]).sum();
        return all;
    }

    @Override
    public DType dtype(String name) {
        return hub.dtype(parts(name).getFirst());
    }

    @Override
    public Tensor read(String name) {
        List<Tensor> parts = parts(name).stream().map(hub::read).toList();
        return (parts.size() == 1 ? parts.getFirst() : Tensor.cat(parts, 0)).reshape(shape(name));
    }
}
