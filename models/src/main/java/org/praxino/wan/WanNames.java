package org.praxino.wan;

import java.util.ArrayList;
import java.util.List;
import org.praxino.io.WeightNameMap;
import org.praxino.io.WeightNameMap.Line;

/** Diffusers' names for the weights, in Wan's own. {@link WeightNameMap#inverse} goes back. */
public final class WanNames {
    private WanNames() {}

    /** {@code WanTransformer3DModel}. Its {@code norm2} is Wan's {@code norm3}. */
    public static final WeightNameMap TRANSFORMER = WeightNameMap.of(
            "condition_embedder.text_embedder.linear_1.", "text_embedding.0.",
            "condition_embedder.text_embedder.linear_2.", "text_embedding.2.",
            "condition_embedder.time_embedder.linear_1.", "time_embedding.0.",
            "condition_embedder.time_embedder.linear_2.", "time_embedding.2.",
            "condition_embedder.time_proj.", "time_projection.1.",
            "condition_embedder.image_embedder.norm1.", "img_emb.proj.0.",
            "condition_embedder.image_embedder.ff.net.0.proj.", "img_emb.proj.1.",
            "condition_embedder.image_embedder.ff.net.2.", "img_emb.proj.3.",
            "condition_embedder.image_embedder.norm2.", "img_emb.proj.4.",
            "condition_embedder.image_embedder.pos_embed", "img_emb.emb_pos",
            "blocks.#.scale_shift_table", "blocks.#.modulation",
            "blocks.#.attn1.norm_", "blocks.#.self_attn.norm_",
            "blocks.#.attn1.to_out.0.", "blocks.#.self_attn.o.",
            "blocks.#.attn1.to_", "blocks.#.self_attn.",
            "blocks.#.norm2.", "blocks.#.norm3.",
            "blocks.#.attn2.norm_added_k.", "blocks.#.cross_attn.norm_k_img.",
            "blocks.#.attn2.norm_", "blocks.#.cross_attn.norm_",
            "blocks.#.attn2.add_k_proj.", "blocks.#.cross_attn.k_img.",
            "blocks.#.attn2.add_v_proj.", "blocks.#.cross_attn.v_img.",
            "blocks.#.attn2.to_out.0.", "blocks.#.cross_attn.o.",
            "blocks.#.attn2.to_", "blocks.#.cross_attn.",
            "blocks.#.ffn.net.0.proj.", "blocks.#.ffn.0.",
            "blocks.#.ffn.net.2.", "blocks.#.ffn.2.",
            "scale_shift_table", "head.modulation",
            "proj_out.", "head.head.");

    /** {@code AutoencoderKLWan}; its decoder counts layers a level, Wan's through all levels, so the number of blocks matters. */
    public static WeightNameMap vae(WanVaeConfig config) {
        var lines = new ArrayList<Line>();
        lines.add(new Line("quant_conv.", "conv1."));
        lines.add(new Line("post_quant_conv.", "conv2."));
        for (String half : List.of("encoder.", "decoder.")) {
            lines.add(new Line(half + "conv_in.", half + "conv1."));
            lines.add(new Line(half + "norm_out.", half + "head.0."));
            lines.add(new Line(half + "conv_out.", half + "head.2."));
            residual(lines, half + "mid_block.resnets.0.", half + "middle.0.");
            lines.add(new Line(half + "mid_block.attentions.0.", half + "middle.1."));
            residual(lines, half + "mid_block.resnets.1.", half + "middle.2.");
        }
        residual(lines, "encoder.down_blocks.#.", "encoder.downsamples.#.");
        lines.add(new Line("encoder.down_blocks.#.resample.", "encoder.downsamples.#.resample."));
        lines.add(new Line("encoder.down_blocks.#.time_conv.", "encoder.downsamples.#.time_conv."));
        int each = config.blocks() + 1;
        for (int level = 0; level < config.levels(); level++) {
            int first = level * (each + 1);
            for (int b = 0; b < each; b++) {
                residual(lines, "decoder.up_blocks." + level + ".resnets." + b + ".", "decoder.upsamples." + (first + b) + ".");
            }
            lines.add(new Line("decoder.up_blocks." + level + ".upsamplers.0.", "decoder.upsamples." + (first + each) + "."));
        }
        return WeightNameMap.of(lines);
    }

    private static void residual(List<Line> lines, String foreign, String own) {
        lines.add(new Line(foreign + "norm1.", own + "residual.0."));
        lines.add(new Line(foreign + "conv1.", own + "residual.2."));
        lines.add(new Line(foreign + "norm2.", own + "residual.3."));
        lines.add(new Line(foreign + "conv2.", own + "residual.6."));
        lines.add(new Line(foreign + "conv_shortcut.", own + "shortcut."));
    }
}
