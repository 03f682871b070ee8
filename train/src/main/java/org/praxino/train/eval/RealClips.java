package org.praxino.train.eval;

import java.util.LinkedHashMap;
import java.util.List;
import org.praxino.tensor.DType;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.train.data.ClipInfo;
import org.praxino.train.data.ClipStore;

/** The moving clips of one split of a store, on white, as the reference for generated clips. */
public final class RealClips {
    private final ClipStore store;
    private final ClipInfo.Split split;
    private final List<ClipStore.Clip> clips;

    /** @param store must stay open */
    public RealClips(ClipStore store, ClipInfo.Split split) {
        this.store = store;
        this.split = split;
        this.clips = store.clips().stream().filter(c -> !c.still() && c.info().split() == split).toList();
    }

    private RealClips(ClipStore store, ClipInfo.Split split, List<ClipStore.Clip> clips) {
        this.store = store;
        this.split = split;
        this.clips = clips;
    }

    /**
     * One clip of each name, the one with the shortest label: without a skin tone where there is such a one. Then the five nearest
     * clips are five names, and the people, who come in six tones, do not outnumber everything else.
     */
    public static RealClips onePerName(ClipStore store, ClipInfo.Split split) {
        var byName = new LinkedHashMap<String, ClipStore.Clip>();
        for (ClipStore.Clip clip : new RealClips(store, split).clips) {
            byName.merge(
                    clip.info().name(), clip, (a, b) -> b.info().label().length() < a.info().label().length() ? b : a);
        }
        return new RealClips(store, split, List.copyOf(byName.values()));
    }

    public ClipStore store() {
        return store;
    }

    public ClipInfo.Split split() {
        return split;
    }

    /** In the order of the store. */
    public List<ClipStore.Clip> clips() {
        return clips;
    }

    /** Frames of a clip. @return [3, frames, H, W] in [-1, 1] */
    public Tensor video(ClipStore.Clip clip, int first, int frames) {
        int h = store.info().height();
        int w = store.info().width();
        try (var scope = Scope.open("RealClips")) {
            Tensor rgba = Tensor.of(store.readRgba(clip, first, frames), frames, h, w, 4).to(DType.F32);
            Tensor alpha = rgba.narrow(3, 3, 1).div(255);
            Tensor white = rgba.narrow(3, 0, 3).sub(255).mul(alpha).add(255).round(); // 8 bits, as a file would hold
            return scope.keep(white.div(127.5).sub(1).permute(3, 0, 1, 2).contiguous()); // [T, H, W, 3] -> [3, T, H, W]
        }
    }
}
