package org.praxino.stream;

import java.util.List;
import java.util.stream.Collectors;
import org.praxino.stream.engine.Networks;

/** Warnings about words of a prompt that a model does not know. */
final class PromptWarnings {
    private static final int MOST_WORDS = 8;

    private PromptWarnings() {}

    static List<String> of(Networks networks, String prompt) {
        switch (networks.promptKind()) {
            case TEXT -> {}
            case CLASS -> {
                return List.of();
            }
            case NONE -> {
                return List.of("model " + networks.info().name() + " takes neither text nor class: \"" + prompt + "\" only names the clip");
            }
        }
        List<String> unknown = networks.text().unknownWords(prompt);
        if (unknown.isEmpty()) {
            return List.of();
        }
        String words = unknown.stream().limit(MOST_WORDS).map(word -> "\"" + word + "\"").collect(Collectors.joining(", "));
        String more = unknown.size() > MOST_WORDS ? " and " + (unknown.size() - MOST_WORDS) + " more" : "";
        return List.of("model " + networks.info().name() + " does not know " + words + more
                + " and goes by the rest of the prompt: say it in other words, in English if they are not");
    }
}
