package org.praxino.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * Caches the states of the prompts used last. For one thread. It owns the encoder that
 * it was given and what it caches.
 */
public final class CachedTextEncoder implements TextEncoder {
    private final TextEncoder encoder;
    private final int capacity;
    private final Map<String, Tensor> cached = new LinkedHashMap<>(16, 0.75f, true); // text to [S_i, D], least used first

    /** @param capacity prompts that are cached, at least 1 */
    public CachedTextEncoder(TextEncoder encoder, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity=" + capacity + ", expected at least 1");
        }
        this.encoder = encoder;
        this.capacity = capacity;
    }

    @Override
    public TextStates encode(List<String> prompts) {
        try (var scope = Scope.open("CachedTextEncoder")) {
            Set<String> missing = new LinkedHashSet<>(prompts);
            missing.removeAll(cached.keySet());
            Map<String, Tensor> fresh = missing.isEmpty() ? Map.of() : encodeEach(List.copyOf(missing));
            List<Tensor> rows = new ArrayList<>();
            for (String prompt : prompts) {
                Tensor known = cached.get(prompt);
                rows.add(known != null ? known : fresh.get(prompt));
            }
            TextStates batch = TextStates.pad(rows);
            scope.keep(batch.states());
            scope.keep(batch.mask());
            fresh.forEach((text, states) -> cached.put(text, states.copy().own()));
            evict();
            return batch;
        }
    }

    private Map<String, Tensor> encodeEach(List<String> prompts) {
        List<Tensor> rows = encoder.encode(prompts).unpad();
        Map<String, Tensor> byText = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            byText.put(prompts.get(i), rows.get(i));
        }
        return byText;
    }

    private void evict() {
        var oldest = cached.values().iterator();
        while (cached.size() > capacity) {
            oldest.next().close();
            oldest.remove();
        }
    }

    @Override
    public List<String> unknownWords(String prompt) {
        return encoder.unknownWords(prompt);
    }

    @Override
    public int width() {
        return encoder.width();
    }

    @Override
    public int maxTokens() {
        return encoder.maxTokens();
    }

    @Override
    public String id() {
        return encoder.id();
    }

    @Override
    public void close() {
        cached.values().forEach(Tensor::close);
        cached.clear();
        encoder.close();
    }
}
