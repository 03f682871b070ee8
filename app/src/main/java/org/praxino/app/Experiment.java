package org.praxino.app;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.ConfigException;
import org.praxino.train.eval.EvalPrompt;
import tools.jackson.databind.JsonNode;

/**
 * Configuration file of {@code praxino experiment}: one training configuration, changed in one way for each arm. All arms see the same data
 * in the same order, because data, noise and levels come from the seed and the number of the sample.
 *
 * @param name of the experiment, the title of its table and plot
 * @param folder of its runs and results
 * @param kind what the configuration trains
 * @param config YAML file that all arms start from
 * @param samples samples that each arm sees, or null
 * @param minutes training time of each arm, or null; one of both is given
 * @param score how each arm's model is evaluated
 * @param arms in the order in which they run
 */
record Experiment(
        String name, String folder, Kind kind, String config, @Nullable Long samples, @Nullable Double minutes, Score score, List<Arm> arms) {
    /** What is trained. */
    enum Kind {
        TOKENIZER,
        WALT
    }

    /**
     * As the options of {@code praxino eval}.
     *
     * @param prompts to generate for, or to put through the tokenizer
     * @param steps of the sampler, or null for the model's own
     * @param wording of the prompts
     * @param flowClips clips that the loss by noise level is measured on
     * @param reconstructions held-out clips to put through the tokenizer
     */
    record Score(int prompts, @Nullable Integer steps, EvalPrompt.Wording wording, int flowClips, int reconstructions) {}

    /** @param set values by dotted key, as {@code --set}; null for none */
    record Arm(String name, @Nullable Map<String, JsonNode> set) {
        /** The name as a folder's. */
        String folder() {
            return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-").replaceAll("^-|-$", "");
        }
    }

    Experiment {
        arms = List.copyOf(arms);
        if ((samples == null) == (minutes == null)) {
            throw new ConfigException("samples=" + samples + ", minutes=" + minutes + ": give one of them, what each arm may use");
        }
        if (samples != null && samples < 1 || minutes != null && !(minutes > 0)) {
            throw new ConfigException("samples=" + samples + ", minutes=" + minutes + " must be positive");
        }
        if (arms.isEmpty()) {
            throw new ConfigException("arms=[] must hold at least one arm");
        }
        var folders = new HashSet<String>();
        for (Arm arm : arms) {
            if (arm.folder().isEmpty() || !folders.add(arm.folder())) {
                throw new ConfigException("arm '" + arm.name + "' needs a name of its own with a letter or digit in it");
            }
        }
    }
}
