package org.praxino.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.GivenMask;
import org.praxino.walt.ProcessConfig;
import org.praxino.walt.WaltConfig;

/**
 * The contents of a denoiser folder's config.json.
 *
 * @param network shape
 * @param process how it was trained and is sampled
 * @param classes names of its classes by number; null or empty without classes
 * @param masks which given latents it was trained with; null in files from before there was a choice, for the first frames where it takes any
 */
public record WaltDenoiserFile(WaltConfig network, ProcessConfig process, @Nullable List<String> classes, @Nullable List<GivenMask> masks) {
    public WaltDenoiserFile {
        classes = classes == null ? List.of() : List.copyOf(classes);
        masks = masks == null ? (network.inputs().frameCondition() ? List.of(GivenMask.FIRST) : List.of()) : List.copyOf(masks);
    }

    /** The names, of which there are none in most models. */
    @Override
    public List<String> classes() {
        return classes == null ? List.of() : classes;
    }

    /** The masks, with what older files mean. */
    @Override
    public List<GivenMask> masks() {
        return masks == null ? List.of() : masks;
    }
}
