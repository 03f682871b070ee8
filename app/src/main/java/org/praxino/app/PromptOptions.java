package org.praxino.app;

import org.jspecify.annotations.Nullable;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The prompt, as a word of its own or as an option: the same in every command that takes one. */
final class PromptOptions {
    @Parameters(index = "0", arity = "0..1", paramLabel = "PROMPT", description = "What the picture shows.")
    private @Nullable String word;

    @Option(names = {"-p", "--prompt"}, paramLabel = "TEXT", description = "The same as an option, for example --prompt=\"-5 degrees\".")
    private @Nullable String option;

    /** Null when none was given. */
    @Nullable String textOrNull() {
        if (word != null && option != null) {
            throw new UserException("the prompt is given twice, as '" + word + "' and with --prompt: give it once");
        }
        return word == null ? option : word;
    }

    String text() {
        String text = textOrNull();
        if (text == null) {
            throw new UserException("the prompt is missing: say in quotes what the picture shows");
        }
        return text;
    }
}
