package org.praxino.server.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.praxino.io.TextFiles;

/** Rejects prompts that violate the content policy. */
@FunctionalInterface
public interface PromptFilter {
    /** Why the prompt is rejected; empty if it is allowed. */
    Optional<String> rejectionReason(String prompt);

    /**
     * A filter of the built-in phrases and those of a file: one per line, {@code #} starts a comment. Phrases match whole words, ignoring
     * case, accents and punctuation.
     */
    static PromptFilter ofWordLists(@Nullable Path file) {
        var phrases = new ArrayList<String>();
        try (var in = PromptFilter.class.getResourceAsStream("refused-words.txt")) {
            if (in == null) {
                throw new IllegalStateException("refused-words.txt is missing from the jar");
            }
            add(phrases, new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
            if (file != null) {
                add(phrases, TextFiles.read(file).lines().toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return prompt -> {
            String plain = plain(prompt);
            return phrases.stream().anyMatch(plain::contains)
                    ? Optional.of("this prompt asks for something that this server does not make")
                    : Optional.empty();
        };
    }

    private static void add(List<String> phrases, List<String> lines) {
        lines.stream().map(l -> l.replaceFirst("#.*", "")).filter(l -> !l.isBlank()).map(PromptFilter::plain).forEach(phrases::add);
    }

    /** Lower case without accents, words apart by one space, a space at both ends. */
    private static String plain(String text) {
        String letters = Normalizer.normalize(text, Normalizer.Form.NFKD).replaceAll("\\p{M}+", "").toLowerCase(Locale.ROOT);
        return " " + letters.replaceAll("[^\\p{L}\\p{N}]+", " ").strip() + " ";
    }
}
