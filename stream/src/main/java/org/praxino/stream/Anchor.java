package org.praxino.stream;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * Clean blocks that a drifted stream can be led back to: the first of the scene, those that the drift is measured against, and the last
 * one, so that the picture goes on from where it is. Owns its tensors, [1, C, b, H, W] each; small.
 */
final class Anchor implements AutoCloseable {
    private static final String SCENE = "scene";
    private static final String KEPT = "kept.";
    private static final String LAST = "last";

    private @Nullable Tensor scene;
    private final List<Tensor> kept = new ArrayList<>();
    private @Nullable Tensor last;

    /** Takes note of the block that was made before {@code next}. @param most blocks kept */
    void see(Tensor block, Head made, int most) {
        if (made.block() == made.sceneBlock()) {
            close();
            scene = copy(block);
        } else if (made.block() == made.anchorBlock()) {
            kept.forEach(Tensor::close);
            kept.clear();
        }
        if (made.block() != made.sceneBlock() && made.block() >= made.anchorBlock() && kept.size() < most) {
            kept.add(copy(block));
        }
        if (last != null) {
            last.close();
        }
        last = copy(block);
    }

    /** The last block; stays owned. */
    Tensor last() {
        return java.util.Objects.requireNonNull(last, "no block was made yet");
    }

    private static Tensor copy(Tensor block) {
        try (var scope = Scope.open("anchor")) {
            return block.copy().own();
        }
    }

    /** Fills an empty roll-out: what it sees of the past is the anchor, then the last block. */
    void playTo(BlockRollout empty, Conditioned condition) {
        if (scene != null) {
            empty.accept(scene, condition);
        }
        kept.forEach(block -> empty.accept(block, condition));
        if (last != null) {
            empty.accept(last, condition);
        }
    }

    Anchor copied() {
        var other = new Anchor();
        other.restore(state());
        return other;
    }

    /** Everything by name; stays owned. */
    Map<String, Tensor> state() {
        var all = new LinkedHashMap<String, Tensor>();
        if (scene != null) {
            all.put(SCENE, scene);
        }
        for (int i = 0; i < kept.size(); i++) {
            all.put(KEPT + i, kept.get(i));
        }
        if (last != null) {
            all.put(LAST, last);
        }
        return all;
    }

    /** Takes copies. */
    void restore(Map<String, Tensor> state) {
        close();
        Tensor first = state.get(SCENE);
        scene = first == null ? null : copy(first);
        for (Tensor t = state.get(KEPT + 0); t != null; t = state.get(KEPT + kept.size())) {
            kept.add(copy(t));
        }
        Tensor latest = state.get(LAST);
        last = latest == null ? null : copy(latest);
    }

    @Override
    public void close() {
        if (scene != null) {
            scene.close();
            scene = null;
        }
        kept.forEach(Tensor::close);
        kept.clear();
        if (last != null) {
            last.close();
            last = null;
        }
    }
}
