package org.praxino.stream.timeline;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * The prompt of a block, or a blend of prompts.
 *
 * @param prompt that is blended in
 * @param before the previous prompt or blend, or null
 * @param weight of {@code prompt}, above 0; 1 without a blend
 * @param path of interpolation
 */
public record PromptBlend(String prompt, @Nullable PromptBlend before, double weight, Transition.Path path) {
    /** Maximum nesting of blends; earlier prompts would have no visible effect. */
    static final int DEPTH = 4;

    public PromptBlend {
        if (!(weight > 0 && weight <= 1) || (before == null) != (weight == 1)) {
            throw new UserException("a weight of " + weight + " for \"" + prompt + "\" is not a place between two prompts");
        }
    }

    public static PromptBlend of(String prompt) {
        return new PromptBlend(prompt, null, 1, Transition.Path.LINEAR);
    }

    /** A blend of {@code before} and {@code prompt}. */
    static PromptBlend between(PromptBlend before, String prompt, double weight, Transition.Path path) {
        return new PromptBlend(prompt, before.truncate(DEPTH - 1), weight, path);
    }

    /** This, limited to {@code depth} nested blends. */
    private PromptBlend truncate(int depth) {
        return before == null ? this : depth <= 1 ? of(prompt) : new PromptBlend(prompt, before.truncate(depth - 1), weight, path);
    }

    /** All its prompts, newest first. */
    public Stream<String> prompts() {
        return before == null ? Stream.of(prompt) : Stream.concat(Stream.of(prompt), before.prompts());
    }
}
