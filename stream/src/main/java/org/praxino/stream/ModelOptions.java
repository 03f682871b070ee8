package org.praxino.stream;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.io.model.ModelInfo;
import org.praxino.stream.timeline.Size;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.UserException;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.Offload;

/**
 * Options for opening a model. Null values mean the model's default; W.A.L.T models take device and dtype only.
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

    /**
     * Refuses what has no effect on a W.A.L.T model.
     *
     * @throws UserException when an option of Wan models is set, or a size that the model does not make
     */
    public void requireWalt(ModelInfo info) {
        String given = recipe != null ? "recipe " + recipe : horizon != null ? "window, sink and overlap" : !offload.isEmpty() ? "offload"
                : !keepTextEncoder ? "unloading the text encoder" : null;
        if (given != null) {
            throw new UserException(given + " has no effect on " + info.name() + ", which is a W.A.L.T model: it is an option of Wan models");
        }
        if (size != null && (size.width() != info.size().width() || size.height() != info.size().height())) {
            throw new UserException("size " + size.width() + "x" + size.height() + " is not what model " + info.name() + " makes: it makes "
                    + info.size().width() + "x" + info.size().height());
        }
    }
}
