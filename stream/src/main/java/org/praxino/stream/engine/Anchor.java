package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.stream.BlockRollout;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * Clean latent blocks that the cache of a drifted stream is rebuilt from: the first block of the scene, the blocks that drift is measured
 * against, and the last block. Owns its tensors, [1, C, b, H, W] each.
 */
final class Anchor implements AutoCloseable {
    private static final String SCENE = "scene";
    private static final String BLOCK_PREFIX = "kept.";
    private static final String LAST = "last";

    private @Nullable Tensor scene;
    private final List<Tensor> blocks = new ArrayList<>();
    private @Nullable Tensor last;

    /** Records a generated block. @param most reference blocks kept */
    void record(Tensor block, StreamPosition position, int most) {
        if (position.block() == position.sceneBlock()) {
            close();
            scene = copy(block);
        } else if (position.block() == position.anchorBlock()) {
            blocks.forEach(Tensor::close);
            blocks.clear();
        }
        if (position.block() != position.sceneBlock() && position.block() >= position.anchorBlock() && blocks.size() < most) {
            blocks.add(copy(block));
        }
        if (last != null) {
            last.close();
        }
        last = copy(block);
    }

    /** The last block. The anchor still owns it. */
    Tensor last() {
        return java.util.Objects.requireNonNull(last, "no block was made yet");
    }

    private static Tensor copy(Tensor block) {
        try (var scope = Scope.open("anchor")) {
            return block.copy().own();
        }
    }

    /** Fills the cache of an empty roll-out with the anchor, then the last block. */
    void replayInto(BlockRollout empty, Conditioned condition) {
        if (scene != null) {
            empty.accept(scene, condition);
        }
        blocks.forEach(block -> empty.accept(block, condition));
        if (last != null) {
            empty.accept(last, condition);
        }
    }

    Anchor copyAll() {
        var other = new Anchor();
        other.restore(state());
        return other;
    }

    /** All tensors by name. The anchor still owns them. */
    Map<String, Tensor> state() {
        var all = new LinkedHashMap<String, Tensor>();
        if (scene != null) {
            all.put(SCENE, scene);
        }
        for (int i = 0; i < blocks.size(); i++) {
            all.put(BLOCK_PREFIX + i, blocks.get(i));
        }
        if (last != null) {
            all.put(LAST, last);
        }
        return all;
    }

    /** Copies the given tensors. */
    void restore(Map<String, Tensor> state) {
        close();
        Tensor first = state.get(SCENE);
        scene = first == null ? null : copy(first);
        for (Tensor t = state.get(BLOCK_PREFIX + 0); t != null; t = state.get(BLOCK_PREFIX + blocks.size())) {
            blocks.add(copy(t));
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
        blocks.forEach(Tensor::close);
        blocks.clear();
        if (last != null) {
            last.close();
            last = null;
        }
    }
}
