package org.praxino.walt;

import static org.praxino.walt.WaltConfig.Cross;
import static org.praxino.walt.WaltConfig.QkNorm;
import static org.praxino.walt.WaltConfig.TimePosition;

/**
 * The published transformers (W.A.L.T Table 8) and the bundled one. Counts are of {@code WaltTransformer}'s weights and are held to
 * the paper's by a test; what the paper does not give is told in docs/walt.md.
 */
public final class WaltPresets {
    private WaltPresets() {}

    /** W.A.L.T-L on UCF-101 clips, 17×128×128: 313 M. */
    public static final WaltConfig L = new WaltConfig(
            8, 5, 16, 16, 1,
            1024, 24, 16, 4096,
            8, 8, TimePosition.LEARNED, true, QkNorm.LAYER, 2,
            Cross.NONE, 1, false, 0, 101,
            true, true, false);

    /** W.A.L.T-L on ImageNet at 256×256 with separate modulation matrices: 460 M. */
    public static final WaltConfig IMAGENET = new WaltConfig(
            8, 1, 32, 32, 1,
            1024, 24, 16, 4096,
            16, 16, TimePosition.LEARNED, true, QkNorm.LAYER, 0,
            Cross.NONE, 1, false, 0, 1000,
            true, false, false);

    /** W.A.L.T-XL on UCF-101 clips: 460 M. */
    public static final WaltConfig XL = new WaltConfig(
            8, 5, 16, 16, 1,
            1152, 28, 16, 4608,
            8, 8, TimePosition.LEARNED, true, QkNorm.LAYER, 2,
            Cross.NONE, 1, false, 0, 101,
            true, true, false);

    /**
     * The text-to-video base model, 17×128×128: 3 B. Table 8 prints a width of 9216, which would give 54 B; read as the inner width
     * of the MLPs, with 16 heads of 112, it gives 3.08 B.
     */
    public static final WaltConfig BASE = new WaltConfig(
            8, 5, 16, 16, 1,
            1792, 52, 16, 9216,
            8, 8, TimePosition.LEARNED, true, QkNorm.LAYER, 2,
            Cross.SPATIAL, 1, false, 2048, 0,
            true, true, false);

    /** First super-resolution stage, to 17×256×448: 1.3 B. */
    public static final WaltConfig SR1 = new WaltConfig(
            8, 5, 16, 28, 2,
            1408, 40, 16, 5632,
            8, 14, TimePosition.LEARNED, true, QkNorm.LAYER, 2,
            Cross.SPATIAL, 1, false, 2048, 0,
            true, true, true);

    /** Second super-resolution stage, to 17×512×896: 419 M; patch 4 as in Table 8, which keeps the token grid of the others. */
    public static final WaltConfig SR2 = new WaltConfig(
            8, 5, 16, 28, 4,
            1024, 24, 16, 4096,
            8, 14, TimePosition.LEARNED, true, QkNorm.LAYER, 2,
            Cross.SPATIAL, 1, false, 2048, 0,
            true, true, true);

    /** The bundled model, 33×128×128 clips as 9×16×16 latents, 9×8×8 tokens; made to train on two CPU cores. */
    public static final WaltConfig EMOJI_128 = new WaltConfig(
            16, 9, 8, 8, 2,
            256, 8, 4, 1024,
            4, 4, TimePosition.ROTARY, false, QkNorm.LAYER, 8,
            Cross.SPATIAL, 2, true, 384, 0,
            false, true, false);
}
