package org.praxino.stream;

import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;

/**
 * All native memory of one stream. It knows nothing of the session that uses it, so that it can be given back when nobody holds the
 * session any more. Used and closed on the engine's thread.
 */
final class Holdings implements AutoCloseable {
    BlockRollout rollout;
    final Prompts prompts;
    final Anchor anchor = new Anchor();
    final History history;
    final DecodeLane lane;
    final @Nullable VideoSource source;
    final VideoCodec.@Nullable Streaming encoder;
    private boolean closed;

    Holdings(BlockRollout rollout, Prompts prompts, History history, DecodeLane lane, @Nullable VideoSource source, VideoCodec codec) {
        this.rollout = rollout;
        this.prompts = prompts;
        this.history = history;
        this.lane = lane;
        this.source = source;
        this.encoder = source == null ? null : codec.openEncoder();
    }

    /** On the engine's thread. @param source owned from now on, even when this fails */
    static Holdings open(Networks networks, Workplace workplace, StreamOptions options, @Nullable VideoSource source) {
        try {
            var lane = new DecodeLane(networks.codec(), workplace.decoder(), options.drift());
            var prompts = new Prompts(networks.text(), networks.student(), networks.device(), networks.dtype());
            BlockRollout rollout = networks.rollout();
            var history = new History(networks.history(options.history(), rollout.cacheBytes()), networks.blocksOf(options.ahead()));
            return new Holdings(rollout, prompts, history, lane, source, networks.codec());
        } catch (RuntimeException | Error e) {
            if (source != null) {
                source.close();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lane.close();
        rollout.close();
        prompts.close();
        anchor.close();
        history.close();
        if (encoder != null) {
            encoder.close();
        }
        if (source != null) {
            source.close();
        }
    }
}
