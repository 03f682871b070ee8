package org.praxino.text;

import java.util.List;
import org.praxino.io.tokenizer.PromptCleaning;
import org.praxino.io.tokenizer.TextTokenizer;
import org.praxino.io.tokenizer.Tokens;
import org.praxino.tensor.DType;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * A tokenizer and a network. Prompts are cleaned first, and words outside of the vocabulary are replaced by known ones
 * ({@link PromptWords}); one that is too long is refused, never cut.
 */
final class TokenTextEncoder implements TextEncoder {
    /** What the vocabulary was learnt from. */
    enum Language {
        /** Letters of other scripts may be in it one by one, but no words. */
        ENGLISH,
        ANY
    }

    private static final int SHOWN = 40;

    private final Language language;
    private final String id;
    private final TextTokenizer tokenizer;
    private final TextNetwork network;
    private final int maxTokens;

    /** Takes over tokenizer and network: {@link #close} closes them. */
    TokenTextEncoder(String id, TextTokenizer tokenizer, Language language, TextNetwork network, int maxTokens) {
        if (maxTokens < 3 || maxTokens > network.positions()) {
            throw new IllegalArgumentException("maxTokens=" + maxTokens + ", expected 3 to " + network.positions());
        }
        this.language = language;
        this.id = id;
        this.tokenizer = tokenizer;
        this.network = network;
        this.maxTokens = maxTokens;
    }

    @Override
    public TextStates encode(List<String> prompts) {
        if (prompts.isEmpty()) {
            throw new IllegalArgumentException("no prompt to encode");
        }
        Tokens tokens = tokenizer.encode(prompts.stream().map(p -> words(p).text()).toList(), maxTokens, TextTokenizer.Padding.LONGEST);
        for (int i = 0; i < prompts.size(); i++) {
            if (tokens.dropped()[i] > 0) {
                throw new UserException("The prompt \"" + shown(prompts.get(i)) + "\" has " + (maxTokens + tokens.dropped()[i])
                        + " tokens, but " + id.replaceFirst("/[^/]*$", "") + " reads at most " + maxTokens + ": shorten it.");
            }
        }
        try (var guard = Grad.off();
                var scope = Scope.open("encode text")) {
            Tensor mask = tokens.maskTensor().to(network.device()).to(DType.BOOL); // [B, S]
            Tensor states = network.forward(tokens.idTensor().to(network.device()), mask); // [B, S, D]
            Tensor present = mask.to(states.dtype()).unsqueeze(-1); // [B, S, 1]
            return new TextStates(scope.keep(states.mul(present)), scope.keep(mask));
        }
    }

    private PromptWords words(String prompt) {
        return PromptWords.of(PromptCleaning.clean(prompt),
                piece -> !tokenizer.hasUnknown(piece) && (language == Language.ANY || !PromptWords.hasForeignLetters(piece)));
    }

    @Override
    public List<String> unknownWords(String prompt) {
        return words(prompt).unknown();
    }

    private static String shown(String prompt) {
        int end = Math.min(SHOWN, prompt.length());
        if (end < prompt.length() && Character.isHighSurrogate(prompt.charAt(end - 1))) {
            end--;
        }
        return prompt.substring(0, end) + (end < prompt.length() ? "…" : "");
    }

    @Override
    public int width() {
        return network.width();
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public void close() {
        network.close();
        tokenizer.close();
    }
}
