package org.praxino.train.walt;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextStateCache;
import org.praxino.text.TextStates;
import org.praxino.train.latent.LatentStore.Caption;
import org.praxino.walt.WaltConfig;
import org.praxino.walt.WaltTransformer;

/** What stored samples tell a network of themselves: their captions, their class numbers, or nothing. */
final class CaptionConditions {
    private final @Nullable TextStateCache texts;
    private final Map<String, Integer> classes = new HashMap<>(); // number by name
    private final Device device;

    /** @param texts null for a network without text @param names of classes by number, as many as the network has */
    CaptionConditions(WaltConfig network, @Nullable TextStateCache texts, List<String> names, Device device) {
        if (network.classes() != names.size() && network.classes() > 0) {
            throw new IllegalArgumentException(names.size() + " class names for a network of " + network.classes() + " classes");
        }
        this.texts = network.text().dim() > 0 ? Objects.requireNonNull(texts, "texts of a network with text") : null;
        if (network.classes() > 0) {
            IntStream.range(0, names.size()).forEach(i -> classes.put(names.get(i), i));
        }
        this.device = device;
    }

    /** Whether the network is told nothing. */
    boolean none() {
        return texts == null && classes.isEmpty();
    }

    void setTextStatistics(WaltTransformer network, List<String> captions) {
        try (var guard = Grad.off();
                var scope = Scope.open("text statistics")) {
            TextStates states = Objects.requireNonNull(texts).get(captions);
            network.setTextStatistics(states.states().to(DType.F32), states.mask());
        }
    }

    /** One whole clip each. */
    Condition of(List<Caption> captions) {
        if (texts == null) {
            return classes.isEmpty() ? new Condition.None() : Condition.classes(device, captions.stream().mapToLong(this::number).toArray());
        }
        TextStates states = texts.get(captions.stream().map(Caption::caption).toList()).to(device, DType.F32);
        return new Condition.Text(states.states(), states.mask());
    }

    /**
     * A caption for each latent frame.
     *
     * @param drop which captions are left out, for guidance
     * @param rows [batch, frames], the number of each frame's caption
     */
    Condition of(List<Caption> captions, boolean[] drop, long[] rows, int batch, int frames) {
        if (texts == null) {
            return classes.isEmpty() ? new Condition.None() : new Condition.ClassLabel(Tensor.of(
                    Arrays.stream(rows).map(r -> drop[(int) r] ? -1 : number(captions.get((int) r))).toArray(), batch, frames).to(device));
        }
        TextStates states = texts.get(captions.stream().map(Caption::caption).toList()).to(device, DType.F32);
        return new Condition.Text(states.states(), states.mask(), Tensor.of(rows, batch, frames).to(device)).dropped(drop);
    }

    private long number(Caption caption) {
        Integer number = classes.get(caption.name());
        if (number == null) {
            throw new IllegalStateException("the sample \"" + caption.name() + "\" is of none of the " + classes.size() + " classes");
        }
        return number;
    }
}
