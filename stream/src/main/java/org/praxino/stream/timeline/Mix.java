package org.praxino.stream.timeline;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;

/**
 * What a block is told: a prompt, or a place between two.
 *
 * @param prompt leads here
 * @param before what is being left, or null when nothing is
 * @param weight of {@code prompt}, above 0; 1 when nothing is being left
 * @param path between the two
 */
public record Mix(String prompt, @Nullable Mix before, double weight, Transition.Path path) {
    /** Blends begun inside blends; what lies further back is too faint to be seen. */
    static final int DEPTH = 4;

    public Mix {
        if (!(weight > 0 && weight <= 1) || (before == null) != (weight == 1)) {
            throw new UserException("a weight of " + weight + " for \"" + prompt + "\" is not a place between two prompts");
        }
    }

    public static Mix of(String prompt) {
        return new Mix(prompt, null, 1, Transition.Path.LINEAR);
    }

    /** A place between {@code before} and {@code prompt}. */
    static Mix between(Mix before, String prompt, double weight, Transition.Path path) {
        return new Mix(prompt, before.cut(DEPTH - 1), weight, path);
    }

    /** This without what lies more than {@code depth} blends back. */
    private Mix cut(int depth) {
        return before == null ? this : depth <= 1 ? of(prompt) : new Mix(prompt, before.cut(depth - 1), weight, path);
    }

    /** Every prompt in it, the newest first. */
    public Stream<String> prompts() {
        return before == null ? Stream.of(prompt) : Stream.concat(Stream.of(prompt), before.prompts());
    }
}
