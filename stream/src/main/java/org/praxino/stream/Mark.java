package org.praxino.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.drift.DriftGuard;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * All that the stream depends on from a block on, kept so that it can go back there. Owns its tensors. The decoder's part is filled in by
 * the decoder's thread when it comes to that block.
 */
final class Mark implements AutoCloseable {
    /**
     * What the decoder's thread knows before a block.
     *
     * @param decoder state of the decoder, owned
     * @param joint frame with which the next roll-out begins, owned; null where none has ended
     * @param guard what the drift guard remembers
     * @param alarm whether the block before raised one
     */
    record Decoded(List<Tensor> decoder, @Nullable Tensor joint, DriftGuard.Memory guard, boolean alarm) {}

    private final Head head;
    private final BlockRollout rollout;
    private final Anchor anchor;
    private final boolean alarmBefore;
    private volatile @Nullable Decoded decoded;

    /**
     * @param rollout a copy, owned from now on
     * @param anchor a copy, owned from now on
     * @param alarmBefore whether the last but one block raised an alarm
     */
    Mark(Head head, BlockRollout rollout, Anchor anchor, boolean alarmBefore) {
        this.head = head;
        this.rollout = rollout;
        this.anchor = anchor;
        this.alarmBefore = alarmBefore;
    }

    Head head() {
        return head;
    }

    BlockRollout rollout() {
        return rollout;
    }

    Anchor anchor() {
        return anchor;
    }

    boolean alarmBefore() {
        return alarmBefore;
    }

    /** @throws IllegalStateException before the decoder has come to this block */
    Decoded decoded() {
        Decoded there = decoded;
        if (there == null) {
            throw new IllegalStateException("block " + head.block() + " has not been decoded yet");
        }
        return there;
    }

    boolean isWhole() {
        return decoded != null;
    }

    void fill(Decoded part) {
        decoded = part;
    }

    /** Copies that nobody's scope owns. */
    static List<Tensor> owned(List<Tensor> tensors) {
        try (var scope = Scope.open("owned copies")) {
            var all = new ArrayList<Tensor>();
            tensors.forEach(t -> all.add(t.copy().own()));
            return all;
        }
    }

    @Override
    public void close() {
        rollout.close();
        anchor.close();
        Decoded there = decoded;
        if (there != null) {
            there.decoder().forEach(Tensor::close);
            if (there.joint() != null) {
                there.joint().close();
            }
        }
    }
}
