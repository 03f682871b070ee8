package org.praxino.app;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.praxino.app.cli.CommandContext;
import org.praxino.app.cli.FrameSize;
import org.praxino.stream.HorizonOptions;
import org.praxino.stream.ModelOptions;
import org.praxino.stream.timeline.Size;
import org.praxino.wan.WanRecipe;
import org.praxino.wan.folder.Offload;
import picocli.CommandLine.Option;

/**
 * Options for opening a model. Null means the model's default; all but name and size apply to Wan models.
 *
 * @param model name of a bundled model, or a model folder
 * @param horizon attention window
 * @param keepTextEncoder whether a large text encoder stays loaded
 */
record ModelOpenOptions(
        String model, @Nullable FrameSize size, @Nullable WanRecipe recipe, @Nullable HorizonOptions horizon, Set<Offload> offload,
        boolean keepTextEncoder) {
    ModelOpenOptions {
        offload = Set.copyOf(offload);
    }

    static ModelOpenOptions of(String model) {
        return new ModelOpenOptions(model, null, null, null, Set.of(), true);
    }

    ModelOpenOptions withSize(@Nullable FrameSize other) {
        return new ModelOpenOptions(model, other, recipe, horizon, offload, keepTextEncoder);
    }

    ModelOptions options(org.praxino.tensor.Device device, CommandContext context) {
        return ModelOptions.of(device, context.dtypeOn(device))
                .withSize(size == null ? null : new Size(size.width(), size.height()))
                .withRecipe(recipe)
                .withHorizonOptions(horizon)
                .withOffload(offload)
                .withKeepTextEncoder(keepTextEncoder);
    }

    /** The command-line options, except the model. */
    static final class CommandLine {
        @Option(names = "--size", paramLabel = "WxH",
                description = "Size in pixels, 128 or 128x128; Wan models allow any multiple of 16 (default: the model's).")
        private @Nullable String size;

        @Option(names = "--recipe", paramLabel = "NAME",
                description = "Sampling recipe of a Wan model: wan, causvid, causvid-4, causvid-i2v, self-forcing or longlive (default: from its files).")
        private @Nullable String recipe;

        @Option(names = "--window", paramLabel = "N",
                description = "Attention window of a Wan stream: latent frames before the block (default: 15, LongLive 6).")
        private @Nullable Integer window;

        @Option(names = "--sink", paramLabel = "N", description = "Attention sink of a Wan stream: first latent frames, always visible (default: 3).")
        private @Nullable Integer sink;

        @Option(names = "--overlap",
                description = "Extend Wan videos by roll-outs that overlap by a block, as CausVid does, not by a rolling cache.")
        private boolean overlap;

        @Option(names = "--offload", paramLabel = "PART", split = ",",
                description = "Save memory with a Wan model: text and vae run on the CPU, blocks moves transformer blocks to the GPU one at a time, tiles decodes"
                        + " in tiles.")
        private EnumSet<Offload> offload = EnumSet.noneOf(Offload.class);

        @Option(names = "--unload-text", description = "Unload a Wan model's text encoder after every prompt.")
        private boolean unload;

        ModelOpenOptions checked(String model) {
            return new ModelOpenOptions(
                    model, size == null ? null : FrameSize.parse(size), recipe == null ? null : WanRecipe.parse(recipe), reach(),
                    offload, !unload);
        }

        private @Nullable HorizonOptions reach() {
            return overlap || window != null || sink != null ? new HorizonOptions(null, sink, window, overlap) : null;
        }
    }
}
