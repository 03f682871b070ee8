package org.praxino.stream.timeline;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The prompt in force, and the blend that leads to it. A value: a stream keeps one and asks it what each block is told.
 *
 * @param prompt in force
 * @param before what is being left, or null
 * @param path of the blend
 * @param begun first block of the blend
 * @param blocks that the blend takes, 0 for none
 */
public record Passage(String prompt, @Nullable Mix before, Transition.Path path, long begun, long blocks) {
    /** More are never in one. */
    public static final int MOST_PROMPTS = Mix.DEPTH + 1;

    /** The passage that a cue begins. @param last the one before, or null at the start @param blockSeconds playing time of a block */
    public static Passage begin(@Nullable Passage last, Cue cue, long block, double blockSeconds) {
        if (last == null || !(cue.transition() instanceof Transition.Blend blend)) {
            return new Passage(cue.prompt(), null, Transition.Path.LINEAR, block, 0);
        }
        long blocks = Math.max(1, (long) Math.ceil(blend.seconds() / blockSeconds - 1e-9));
        return new Passage(cue.prompt(), last.at(block), blend.path(), block, blocks);
    }

    /** Every prompt in it, the one in force first. */
    public Stream<String> prompts() {
        return before == null ? Stream.of(prompt) : Stream.concat(Stream.of(prompt), before.prompts());
    }

    /** What {@code block} is told: evenly spaced places between the two, neither of which is one of them, then the new prompt. */
    public Mix at(long block) {
        long step = block - begun + 1;
        return before == null || step > blocks ? Mix.of(prompt) : Mix.between(before, prompt, step / (blocks + 1.0), path);
    }
}
