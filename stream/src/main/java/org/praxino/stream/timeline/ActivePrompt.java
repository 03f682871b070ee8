package org.praxino.stream.timeline;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The active prompt and the blend that leads to it. Immutable; gives the prompt blend of each block.
 *
 * @param prompt now active
 * @param before the previous prompt or blend, or null
 * @param path of the blend
 * @param begun first block of the blend
 * @param blocks of the blend, 0 for none
 */
public record ActivePrompt(String prompt, @Nullable PromptBlend before, Transition.Path path, long begun, long blocks) {
    /** The maximum number of prompts in a blend. */
    public static final int MAX_PROMPTS = PromptBlend.DEPTH + 1;

    /** The active prompt after a cue. @param last the previous one, or null at the start @param blockSeconds playback time of a block */
    public static ActivePrompt after(@Nullable ActivePrompt last, Cue cue, long block, double blockSeconds) {
        if (last == null || !(cue.transition() instanceof Transition.Blend blend)) {
            return new ActivePrompt(cue.prompt(), null, Transition.Path.LINEAR, block, 0);
        }
        long blocks = Math.max(1, (long) Math.ceil(blend.seconds() / blockSeconds - 1e-9));
        return new ActivePrompt(cue.prompt(), last.at(block), blend.path(), block, blocks);
    }

    /** All its prompts, the active one first. */
    public Stream<String> prompts() {
        return before == null ? Stream.of(prompt) : Stream.concat(Stream.of(prompt), before.prompts());
    }

    /** The blend for {@code block}: evenly spaced weights strictly between the two prompts, then the new prompt alone. */
    public PromptBlend at(long block) {
        long step = block - begun + 1;
        return before == null || step > blocks ? PromptBlend.of(prompt) : PromptBlend.between(before, prompt, step / (blocks + 1.0), path);
    }
}
