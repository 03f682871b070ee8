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
 * @param horizon how far a stream of a Wan model looks back
 * @param offload what is kept off the device
 * @param keepText whether a large text encoder stays loaded between prompts while streaming
 */
public record ModelOptions(
        Device device, DType dtype, @Nullable Size size, @Nullable WanRecipe recipe, @Nullable Horizon horizon, Set<Offload> offload,
        boolean keepText) {
    public ModelOptions {
        offload = Set.copyOf(offload);
    }

    public static ModelOptions of(Device device, DType dtype) {
        return new ModelOptions(device, dtype, null, null, null, EnumSet.noneOf(Offload.class), true);
    }

    public ModelOptions withSize(@Nullable Size frames) {
        return new ModelOptions(device, dtype, frames, recipe, horizon, offload, keepText);
    }

    public ModelOptions withRecipe(@Nullable WanRecipe sampled) {
        return new ModelOptions(device, dtype, size, sampled, horizon, offload, keepText);
    }

    public ModelOptions withHorizon(@Nullable Horizon reach) {
        return new ModelOptions(device, dtype, size, recipe, reach, offload, keepText);
    }

    public ModelOptions withOffload(Set<Offload> parts) {
        return new ModelOptions(device, dtype, size, recipe, horizon, parts, keepText);
    }

    public ModelOptions withKeepText(boolean keep) {
        return new ModelOptions(device, dtype, size, recipe, horizon, offload, keep);
    }
}
