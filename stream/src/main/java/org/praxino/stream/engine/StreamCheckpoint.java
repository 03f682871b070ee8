package org.praxino.stream.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.drift.DriftDetector;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * The complete state of a stream before a block, so that the stream can be rewound. Owns its tensors. The decoder's thread adds the
 * decoder's state when it reaches that block.
 */
public final class StreamCheckpoint implements AutoCloseable {
    /**
     * State of the decoder's thread before a block.
     *
     * @param decoder state of the video decoder, owned
     * @param overlapFrame frame that the next roll-out begins with, owned; null if no roll-out has ended
     * @param driftState state of the drift detector
     * @param alarm whether the previous block raised an alarm
     */
    record DecoderState(List<Tensor> decoder, @Nullable Tensor overlapFrame, DriftDetector.State driftState, boolean alarm) {}

    private final StreamPosition position;
    private final BlockRollout rollout;
    private final Anchor anchor;
    private final boolean alarmBefore;
    private volatile @Nullable DecoderState decoderState;

    /**
     * @param rollout a copy, owned from now on
     * @param anchor a copy, owned from now on
     * @param alarmBefore whether the last but one block raised an alarm
     */
    StreamCheckpoint(StreamPosition position, BlockRollout rollout, Anchor anchor, boolean alarmBefore) {
        this.position = position;
        this.rollout = rollout;
        this.anchor = anchor;
        this.alarmBefore = alarmBefore;
    }

    StreamPosition position() {
        return position;
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

    /** @throws IllegalStateException if the decoder has not reached this block */
    DecoderState decoderState() {
        DecoderState state = decoderState;
        if (state == null) {
            throw new IllegalStateException("block " + position.block() + " has not been decoded yet");
        }
        return state;
    }

    void setDecoderState(DecoderState part) {
        decoderState = part;
    }

    /** Copies that no scope owns. */
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
        DecoderState state = decoderState;
        if (state != null) {
            state.decoder().forEach(Tensor::close);
            if (state.overlapFrame() != null) {
                state.overlapFrame().close();
            }
        }
    }
}
