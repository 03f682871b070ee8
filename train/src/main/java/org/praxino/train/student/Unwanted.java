package org.praxino.train.student;

import java.util.Collections;
import java.util.function.Function;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;

/**
 * What guidance leads away from while teachers walk and judge: nothing in particular, or a text.
 *
 * @param text or null
 * @param states of so many texts
 */
public record Unwanted(@Nullable String text, @Nullable Function<List<String>, Condition.Text> states) {
    /** Nothing in particular: what a network learned for no text. */
    public static final Unwanted NOTHING = new Unwanted(null, null);

    /** For a batch. */
    public Condition of(int clips) {
        return text == null || states == null ? new Condition.None() : states.apply(Collections.nCopies(clips, text));
    }
}
