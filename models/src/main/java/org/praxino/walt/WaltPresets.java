package org.praxino.walt;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.praxino.tensor.ConfigException;
import org.praxino.walt.WaltConfig.Cross;
import org.praxino.walt.WaltConfig.Inputs;
import org.praxino.walt.WaltConfig.QkNorm;
import org.praxino.walt.WaltConfig.SpacePosition;
import org.praxino.walt.WaltConfig.Text;
import org.praxino.walt.WaltConfig.TimePosition;
import org.praxino.walt.WaltConfig.TokenGrid;
import org.praxino.walt.WaltConfig.Width;
import org.praxino.walt.WaltConfig.Windows;

/**
 * The published transformers (W.A.L.T Table 8) and the bundled one. Counts are of {@code WaltTransformer}'s weights and are held to
 * the paper's by a test; docs/walt.md says what the paper does not give.
 */
public final class WaltPresets {
    private static final Text T5 = new Text(2048, Cross.SPATIAL, 1, false, false);
    private static final Inputs BASE_INPUTS = new Inputs(true, true, false);

    private WaltPresets() {}

    private static Windows published(int height, int width) {
        return new Windows(height, width, TimePosition.LEARNED, SpacePosition.LEARNED, true, QkNorm.LAYER);
    }

    /** W.A.L.T-L on UCF-101 clips, 17×128×128: 313 M. */
    public static final WaltConfig L = new WaltConfig(
            new TokenGrid(8, 5, 16, 16, 1), new Width(1024, 24, 16, 4096, 2), published(8, 8), Text.NONE, 101, BASE_INPUTS);

    /** W.A.L.T-L on ImageNet at 256×256 with separate modulation matrices: 460 M. */
    public static final WaltConfig IMAGENET = new WaltConfig(
            new TokenGrid(8, 1, 32, 32, 1), new Width(1024, 24, 16, 4096, 0), published(16, 16), Text.NONE, 1000, new Inputs(true, false, false));

    /** W.A.L.T-XL on UCF-101 clips: 460 M. */
    public static final WaltConfig XL = new WaltConfig(
            new TokenGrid(8, 5, 16, 16, 1), new Width(1152, 28, 16, 4608, 2), published(8, 8), Text.NONE, 101, BASE_INPUTS);

    /**
     * The text-to-video base model, 17×128×128: 3 B. Table 8 prints a width of 9216, which would give 54 B; read as the inner width
     * of the MLPs, with 16 heads of 112, it gives 3.08 B.
     */
    public static final WaltConfig BASE = new WaltConfig(
            new TokenGrid(8, 5, 16, 16, 1), new Width(1792, 52, 16, 9216, 2), published(8, 8), T5, 0, BASE_INPUTS);

    /** First super-resolution stage, to 17×256×448: 1.3 B. */
    public static final WaltConfig SR1 = new WaltConfig(
            new TokenGrid(8, 5, 16, 28, 2), new Width(1408, 40, 16, 5632, 2), published(8, 14), T5, 0, new Inputs(true, true, true));

    /** Second super-resolution stage, to 17×512×896: 419 M; patch 4 as in Table 8, which keeps the token grid of the others. */
    public static final WaltConfig SR2 = new WaltConfig(
            new TokenGrid(8, 5, 16, 28, 4), new Width(1024, 24, 16, 4096, 2), published(8, 14), T5, 0, new Inputs(true, true, true));

    /** The bundled model, 33×128×128 clips as 9×16×16 latents, 9×8×8 tokens; made to train on two CPU cores. */
    public static final WaltConfig EMOJI_128 = new WaltConfig(
            new TokenGrid(16, 9, 8, 8, 2), new Width(256, 8, 4, 1024, 8),
            new Windows(4, 4, TimePosition.ROTARY, SpacePosition.AXIAL_ROTARY, false, QkNorm.RMS),
            new Text(384, Cross.SPATIAL, 2, true, true), 0, new Inputs(false, true, false));

    private static final Map<String, WaltConfig> BY_NAME = new TreeMap<>(
            Map.of("L", L, "XL", XL, "IMAGENET", IMAGENET, "BASE", BASE, "SR1", SR1, "SR2", SR2, "EMOJI_128", EMOJI_128));

    /**
     * A preset by its name, such as {@code L} or {@code sr1}; capitals do not matter.
     *
     * @throws ConfigException when there is none
     */
    public static WaltConfig named(String name) {
        WaltConfig preset = BY_NAME.get(name.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        if (preset == null) {
            throw new ConfigException("\"" + name + "\" is no preset of W.A.L.T: give one of " + String.join(", ", BY_NAME.keySet()));
        }
        return preset;
    }
}
