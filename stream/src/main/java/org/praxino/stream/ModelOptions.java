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
 * Options for opening a model. Null values mean the model's default; W.A.L.T models use device and dtype only.
 *
 * @param device to compute on
 * @param dtype to compute in
 * @param size of frames, for models that support several sizes
 * @param recipe how a Wan model is sampled, to override what its files say
 * @param horizon attention window of a streaming Wan model
 * @param offload components kept off the device
 * @param keepTextEncoder whether a large text encoder stays loaded between prompts while streaming
 */
public record ModelOptions(
        Device device, DType dtype, @Nullable Size size, @Nullable WanRecipe recipe, @Nullable HorizonOptions horizon, Set<Offload> offload,
        boolean keepTextEncoder) {
    public ModelOptions {
        offload = Set.copyOf(offload);
    }

    public static ModelOptions of(Device device, DType dtype) {
        return new ModelOptions(device, dtype, null, null, null, EnumSet.noneOf(Offload.class), true);
    }

    public ModelOptions withSize(@Nullable Size frames) {
        return new ModelOptions(device, dtype, frames, recipe, horizon, offload, keepTextEncoder);
    }

    public ModelOptions withRecipe(@Nullable WanRecipe sampled) {
        return new ModelOptions(device, dtype, size, sampled, horizon, offload, keepTextEncoder);
    }

    public ModelOptions withHorizonOptions(@Nullable HorizonOptions asked) {
        return new ModelOptions(device, dtype, size, recipe, asked, offload, keepTextEncoder);
    }

    /** As {@link #withHorizonOptions}, with every value given. */
    public ModelOptions withHorizon(Horizon all) {
        return withHorizonOptions(HorizonOptions.exactly(all));
    }

    public ModelOptions withOffload(Set<Offload> parts) {
        return new ModelOptions(device, dtype, size, recipe, horizon, parts, keepTextEncoder);
    }

    public ModelOptions withKeepTextEncoder(boolean keep) {
        return new ModelOptions(device, dtype, size, recipe, horizon, offload, keep);
    }
}
