package org.praxino.wan;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.condition.Condition;
import org.praxino.condition.DenoiserInput;
import org.praxino.diffusion.AttentionPolicy;
import org.praxino.diffusion.Denoiser;
import org.praxino.diffusion.KvCache;
import org.praxino.tensor.Grad;
import org.praxino.tensor.Tensor;

/**
 * A transformer together with what stays the same through one stream or one sampling run: the picture, how places are counted, and the
 * cross-attention's keys and values, which are computed once a prompt. Another {@link Condition} than in the call before is another
 * prompt. Without gradients; used from one thread; the transformer stays the caller's.
 */
public final class WanSession implements Denoiser, AutoCloseable {
    private final WanTransformer network;
    private final Places places;
    private final @Nullable WanImage image;
    private final Turns turns;
    private @Nullable Condition prompt;
    private @Nullable Words words;
    private int prompts;

    WanSession(WanTransformer network, Places places, @Nullable WanImage image) {
        this.network = network;
        this.places = places;
        this.image = image;
        this.turns = new Turns(network.config().headDim(), network.params().device());
    }

    @Override
    public Tensor predict(DenoiserInput in, AttentionPolicy policy) {
        try (var guard = Grad.off()) {
            return network.predict(in, policy, places, image, this);
        }
    }

    /** The words of the prompt, made anew when it is another one. */
    Words words(DenoiserInput in, long batch, Supplier<Words> make) {
        Words now = words;
        if (now == null || now.text().size(0) != batch || !in.condition().equals(prompt)) { // tensors are equal when they are the same object
            forget();
            now = make.get();
            words = now;
            prompt = in.condition();
            prompts++;
        }
        return now;
    }

    Turns turns() {
        return turns;
    }

    /** How often keys and values of a prompt have been computed. */
    public int prompts() {
        return prompts;
    }

    @Override
    public KvCache openCache(long batch, int height, int width, int sink, int window) {
        return network.openCache(batch, height, width, sink, window);
    }

    private void forget() {
        if (words != null) {
            words.close();
            words = null;
        }
        prompt = null;
    }

    @Override
    public void close() {
        forget();
        turns.close();
    }
}
