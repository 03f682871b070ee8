package org.praxino.train.student;

import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;

/**
 * The negative prompt of the teacher's guidance, or none.
 *
 * @param text or null
 * @param states of so many texts
 */
public record NegativePrompt(@Nullable String text, @Nullable Function<List<String>, Condition.Text> states) {
    /** No negative prompt: the unconditional network. */
    public static final NegativePrompt NONE = new NegativePrompt(null, null);

    /** For a batch. */
    public Condition condition(int clips) {
        return text == null || states == null ? new Condition.None() : states.apply(Collections.nCopies(clips, text));
    }
}
