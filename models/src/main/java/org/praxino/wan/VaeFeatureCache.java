package org.praxino.wan;

import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Cache of the last inputs of the causal layers of an encoder or decoder, between the chunks of a stream: a slot for each layer that is
 * causal in time, numbered in the published order, which is the order of use. Owns its tensors, [B, frames, H, W, C].
 */
final class VaeFeatureCache implements AutoCloseable {
    private final @Nullable Tensor[] slots;

    VaeFeatureCache(int slots) {
        this.slots = new Tensor[slots];
    }

    int size() {
        return slots.length;
    }

    /** Null before the first piece. */
    @Nullable Tensor get(int slot) {
        return slots[slot];
    }

    /** Keeps a copy of the last {@code count} of {@code frames}. */
    void keepLast(int slot, Tensor frames, int count) {
        Tensor before = slots[slot];
        slots[slot] = frames.narrow(1, frames.size(1) - count, count).copy().own();
        if (before != null) {
            before.close();
        }
    }

    /** Copies of everything, behind a list of which slots are filled. */
    List<Tensor> state() {
        byte[] filled = new byte[slots.length];
        var all = new ArrayList<Tensor>();
        for (int i = 0; i < slots.length; i++) {
            Tensor t = slots[i];
            if (t != null) {
                filled[i] = 1;
                all.add(t.copy());
            }
        }
        all.addFirst(Tensor.of(filled));
        return all;
    }

    /** Takes its part from the front of {@code state}. */
    void restore(Deque<Tensor> state) {
        close();
        long[] filled = state.remove().toLongArray();
        if (filled.length != slots.length) {
            throw new UserException("the saved stream is of a VAE with " + filled.length + " layers with a cache, this one has " + slots.length);
        }
        for (int i = 0; i < slots.length; i++) {
            slots[i] = filled[i] == 1 ? state.remove().copy().own() : null;
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < slots.length; i++) {
            Tensor t = slots[i];
            if (t != null) {
                t.close();
            }
            slots[i] = null;
        }
    }

    /** Numbers slots while a network is built. */
    static final class Count {
        private int next;

        int next() {
            return next++;
        }

        int total() {
            return next;
        }
    }
}
