package org.praxino.stream;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.timeline.Size;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.Offload;

/**
 * How a model is opened. What is null is the model's own; a W.A.L.T model takes device and dtype only, for it makes one size.
 *
 * @param device to compute on
 * @param dtype to compute in
 * @param size of frames, for models that make any
 * @param recipe how a Wan model is sampled, where its files do not tell or tell wrongly
 * @param reach how far a stream of a Wan model looks back
 * @param offload what is kept off the device
 * @param keepText whether a large text encoder stays loaded between prompts while streaming
 */
public record ModelOptions(
        Device device, DType dtype, @Nullable Size size, @Nullable WanRecipe recipe, @Nullable Reach reach, Set<Offload> offload,
        boolean keepText) {
    public ModelOptions {
        offload = Set.copyOf(offload);
    }

    public static ModelOptions of(Device device, DType dtype) {
        return new ModelOptions(device, dtype, null, null, null, EnumSet.noneOf(Offload.class), true);
    }

    public ModelOptions withSize(@Nullable Size frames) {
        return new ModelOptions(device, dtype, frames, recipe, reach, offload, keepText);
    }

    public ModelOptions withRecipe(@Nullable WanRecipe sampled) {
        return new ModelOptions(device, dtype, size, sampled, reach, offload, keepText);
    }

    public ModelOptions withReach(@Nullable Reach asked) {
        return new ModelOptions(device, dtype, size, recipe, asked, offload, keepText);
    }

    /** As {@link #withReach}, with nothing left to the model. */
    public ModelOptions withHorizon(Horizon all) {
        return withReach(Reach.exactly(all));
    }

    public ModelOptions withOffload(Set<Offload> parts) {
        return new ModelOptions(device, dtype, size, recipe, reach, parts, keepText);
    }

    public ModelOptions withKeepText(boolean keep) {
        return new ModelOptions(device, dtype, size, recipe, reach, offload, keep);
    }
}
