package org.praxino.wan;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.praxino.diffusion.FewSteps;
import org.praxino.diffusion.FlowTable;
import org.praxino.diffusion.Prediction;
import org.praxino.diffusion.Process;
import org.praxino.diffusion.TabulatedFlow;
import org.praxino.tensor.UserException;

/** How the published models that share Wan 2.1's transformer are sampled: many steps for all frames at once, or few for each block. */
public enum WanRecipe {
    /** Bidirectional. */
    WAN(List.of(), 8),
    /** CausVid's released model: 1000, 757, 522 under shift 8. */
    CAUSVID(FewSteps.causVid().timesteps(), 8),
    /** CausVid with four warped steps. */
    CAUSVID_4(FewSteps.causVidWarped().timesteps(), 8),
    /** CausVid's branch for image to video: its three steps, a given picture, then blocks of four latent frames. */
    CAUSVID_I2V(FewSteps.causVid().timesteps(), 8, 4, 1),
    /** Self-Forcing, and Causal-Forcing after it: 1000, 937.5, 833.3, 625 under shift 5. */
    SELF_FORCING(FewSteps.selfForcing().timesteps(), 5),
    /** LongLive: the steps of Self-Forcing, trained to see 12 latent frames, 3 of them the first ones. */
    LONGLIVE(FewSteps.selfForcing().timesteps(), 5, 3, 0, 12);

    private final List<Double> levels;
    private final double shift;
    private final int block;
    private final int lead;
    private final int reach;

    WanRecipe(List<Double> levels, double shift) {
        this(levels, shift, 3, 0);
    }

    WanRecipe(List<Double> levels, double shift, int block, int lead) {
        this(levels, shift, block, lead, 21); // clips of 81 frames
    }

    WanRecipe(List<Double> levels, double shift, int block, int lead, int reach) {
        this.levels = levels;
        this.shift = shift;
        this.block = block;
        this.lead = lead;
        this.reach = reach;
    }

    /** Parses a name as {@link #toString} writes it. */
    public static WanRecipe parse(String name) {
        return Stream.of(values()).filter(r -> r.toString().equalsIgnoreCase(name.strip())).findFirst().orElseThrow(() -> new UserException(
                "recipe \"" + name + "\" is unknown: there are " + Stream.of(values()).map(WanRecipe::toString).collect(Collectors.joining(", "))));
    }

    /** Whether it streams. */
    public boolean isCausal() {
        return !levels.isEmpty();
    }

    /** Latent frames of a block of a causal model. */
    public int block() {
        return block;
    }

    /** Latent frames of the given image at the beginning of every stream, as a block of its own; 0 where streams begin with noise. */
    public int lead() {
        return lead;
    }

    /** Latent frames that a block saw in training at most, itself included. */
    public int reach() {
        return reach;
    }

    /** Timesteps of a block, falling; empty for the bidirectional model. */
    public List<Double> levels() {
        return levels;
    }

    /** What levels mean under the shift of the model's training, as its program tabulates it. */
    public Process process() {
        return isCausal() ? new Process(new TabulatedFlow(FlowTable.published(shift)), Prediction.FLOW) : Process.flow(shift);
    }

    /** {@code self-forcing}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
