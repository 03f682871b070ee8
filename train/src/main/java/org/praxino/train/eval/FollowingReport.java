package org.praxino.train.eval;

import java.util.List;
import java.util.Map;
import org.praxino.train.data.compose.PromptAttribute;

/**
 * How well clips show the attributes in their prompts.
 *
 * @param split TRAIN or HELD_OUT
 * @param names names among which the figure's name is searched
 * @param kinds scores of the prompts of a kind
 * @param all scores of all prompts
 * @param each every prompt
 */
public record FollowingReport(String split, int names, Map<PromptAttribute.Kind, Scores> kinds, Scores all, List<PromptResult> each) {

    /**
     * Shares of prompts.
     *
     * @param prompts their number
     * @param generated shown by the generated clip
     * @param composed shown by the composition that the prompt describes: what the rule itself gets wrong
     * @param chance expected of a random choice
     * @param nameInFive the generated figure's name is among the five nearest plain clips
     * @param composedNameInFive the same of the composition
     */
    public record Scores(int prompts, double generated, double composed, double chance, double nameInFive, double composedNameInFive) {}

    /** What became of a prompt. @param shown whether the attribute is shown @param nameInFive whether the name is among the nearest five */
    public record PromptResult(String prompt, String name, PromptAttribute.Kind kind, boolean shown, boolean composedShown, boolean nameInFive,
            boolean composedNameInFive) {}

    static Scores scores(List<PromptResult> results, double chance) {
        double n = results.size();
        return new Scores(results.size(), count(results, PromptResult::shown) / n, count(results, PromptResult::composedShown) / n, chance,
                count(results, PromptResult::nameInFive) / n, count(results, PromptResult::composedNameInFive) / n);
    }

    private static long count(List<PromptResult> results, java.util.function.Predicate<PromptResult> which) {
        return results.stream().filter(which).count();
    }
}
