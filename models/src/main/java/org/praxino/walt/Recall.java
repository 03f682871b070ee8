package org.praxino.walt;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.KvCache;
import org.praxino.tensor.Tensor;
import org.praxino.walt.WaltLayer.Words;

/**
 * What a transformer made of prompts and levels alone, for one stream: the keys and values of its cross-attention, once a prompt, and
 * every layer's modulation, once a prompt and level. A prompt is the same when its {@link Condition} holds the same tensors, a level
 * when it is the same tensor; few of either are remembered. Without gradients, and for weights that stay as they are.
 */
final class Recall implements KvCache.Beside {
    private static final int PROMPTS = 4;
    private static final int LEVELS = 16;

    /** What is known of one prompt. */
    final class Prompt implements AutoCloseable {
        private final Words words;
        private final Map<Tensor, Told> told = new LinkedHashMap<>(16, 0.75f, true); // the longest unused first

        private Prompt(Words words) {
            this.words = words;
        }

        Words words() {
            return words;
        }

        /** What layers are told under this prompt and {@code level}, made by {@code make} when it is not known. */
        Told told(Tensor level, Supplier<Told> make) {
            Told known = told.get(level);
            if (known == null) {
                made++;
                known = make.get().keep();
                told.put(level, known);
                if (told.size() > LEVELS) {
                    first(told).close();
                }
            }
            return known;
        }

        @Override
        public void close() {
            words.close();
            told.values().forEach(Told::close);
        }
    }

    private final Map<Condition, Prompt> prompts = new LinkedHashMap<>(16, 0.75f, true); // the same
    private int made;

    /** Whether what the network makes of this input's prompt and level depends on nothing else. */
    static boolean knows(DenoiserInput in) {
        return in.condition() instanceof Condition.Text && in.lowRes() == null;
    }

    /** The input's prompt; {@code make} makes its words when they are not known. */
    Prompt prompt(DenoiserInput in, Supplier<Words> make) {
        @Nullable Prompt known = prompts.get(in.condition());
        if (known == null) {
            known = new Prompt(make.get().keep());
            prompts.put(in.condition(), known);
            if (prompts.size() > PROMPTS) {
                first(prompts).close();
            }
        }
        return known;
    }

    /** Takes the longest unused one away. */
    private static <V> V first(Map<?, V> all) {
        Iterator<V> values = all.values().iterator();
        V gone = values.next();
        values.remove();
        return gone;
    }

    /** How often a prompt and level were computed. */
    int made() {
        return made;
    }

    @Override
    public void close() {
        prompts.values().forEach(Prompt::close);
        prompts.clear();
    }
}
