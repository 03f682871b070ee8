package org.praxino.io.tokenizer;

import java.util.regex.Pattern;

/**
 * Cleans a prompt as the published text-to-video systems do before their tokenizer: mends damaged characters, resolves HTML
 * references twice (web captions are often escaped twice), and turns every run of white space into one space. Case stays.
 */
public final class PromptCleaning {

    private static final Pattern SPACES = Pattern.compile("[\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

    private PromptCleaning() {}

    /** The prompt as models are given it; empty when there is nothing in it but white space. */
    public static String clean(String raw) {
        String text = HtmlEntities.unescape(HtmlEntities.unescape(TextRepair.repair(raw)));
        return SPACES.matcher(text).replaceAll(" ").strip();
    }
}
