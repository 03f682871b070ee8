package org.praxino.text;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An encoder that is opened on demand and can be unloaded to free memory: encoders of billions of weights are used once a prompt. For one
 * thread; put a {@link CachedTextEncoder} before it, so that known prompts do not open it again.
 */
public final class OnDemandTextEncoder implements TextEncoder {
    private final Supplier<TextEncoder> open;
    private final String id;
    private final int width;
    private final int maxTokens;
    private final boolean keep;
    private volatile @Nullable TextEncoder opened;

    /**
     * @param open gives an encoder that is owned here
     * @param keep whether it stays open between calls
     */
    public OnDemandTextEncoder(Supplier<TextEncoder> open, String id, int width, int maxTokens, boolean keep) {
        this.open = open;
        this.id = id;
        this.width = width;
        this.maxTokens = maxTokens;
        this.keep = keep;
    }

    @Override
    public TextStates encode(List<String> prompts) {
        TextEncoder here = opened;
        if (here == null) {
            here = open.get();
            opened = here;
        }
        try {
            return here.encode(prompts);
        } finally {
            if (!keep) {
                close();
            }
        }
    }

    /** None while it is not open: opening takes gigabytes. */
    @Override
    public List<String> unknownWords(String prompt) {
        TextEncoder here = opened;
        return here == null || !keep ? List.of() : here.unknownWords(prompt);
    }

    /** Whether it is loaded. */
    public boolean isOpen() {
        return opened != null;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public String id() {
        return id;
    }

    /** Closes the encoder; the next prompt opens it again. */
    @Override
    public void close() {
        TextEncoder here = opened;
        if (here != null) {
            opened = null;
            here.close();
        }
    }
}
