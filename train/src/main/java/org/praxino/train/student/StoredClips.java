package org.praxino.train.student;

import java.util.ArrayList;
import java.util.List;
import org.praxino.condition.Condition;
import org.praxino.tensor.ConfigException;
import org.praxino.tensor.DType;
import org.praxino.tensor.Device;
import org.praxino.tensor.RandomStream;
import org.praxino.tensor.Tensor;
import org.praxino.text.TextStateCache;
import org.praxino.text.TextStates;
import org.praxino.train.latent.LatentStore;

/** Batches of stored clips and captions; all clips of a batch have one length. */
public final class StoredClips {
    /** @param clean [B, C, T, H, W] @param text of each clip */
    public record Batch(Tensor clean, Condition.Text text) {}

    private final LatentStore latents;
    private final TextStateCache texts;
    private final List<Integer> lengths;
    private final Device device;

    /** @param lengths latent frames, one of these drawn for each batch @param texts holds the captions of all clips; neither is owned */
    public StoredClips(LatentStore latents, TextStateCache texts, List<Integer> lengths, Device device) {
        if (lengths.isEmpty() || lengths.stream().anyMatch(l -> l < 1 || l > latents.shape()[1])) {
            throw new ConfigException("lengths=" + lengths + " must lie between 1 and the " + latents.shape()[1] + " latent frames of a sample");
        }
        this.latents = latents;
        this.texts = texts;
        this.lengths = List.copyOf(lengths);
        this.device = device;
    }

    /** @param length the length is drawn from it, so that passes of one update can be of one length @param random everything else is */
    public Batch draw(RandomStream length, RandomStream random, int count) {
        int frames = lengths.get(length.nextInt(lengths.size()));
        var clean = new ArrayList<Tensor>();
        var captions = new ArrayList<String>();
        for (int b = 0; b < count; b++) {
            int index = random.nextInt(latents.size());
            clean.add(latents.latent(index).narrow(1, 0, frames));
            captions.add(caption(index));
        }
        return new Batch(Tensor.stack(clean, 0).to(device), text(captions));
    }

    public Condition.Text text(List<String> captions) {
        TextStates states = texts.get(captions).to(device, DType.F32);
        return new Condition.Text(states.states(), states.mask());
    }

    public String caption(int index) {
        return latents.caption(index).caption();
    }

    /** {@code count} captions from all over the store, always the same. */
    public List<String> spread(int count) {
        return java.util.stream.IntStream.range(0, count).mapToObj(i -> caption((int) ((long) i * size() / count))).toList();
    }

    /** Number of clips. */
    public int size() {
        return latents.size();
    }

    /** [C, T, H, W] of a clip of {@code frames} latent frames. */
    public long[] shape(int frames) {
        long[] s = latents.shape();
        return new long[] {s[0], frames, s[2], s[3]};
    }

    /** Latent frames of the longest clip. */
    public int maxLength() {
        return (int) latents.shape()[1];
    }

    public List<Integer> lengths() {
        return lengths;
    }

    public String digest() {
        return latents.digest();
    }

    public Device device() {
        return device;
    }
}
