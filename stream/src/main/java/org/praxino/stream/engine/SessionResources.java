package org.praxino.stream.engine;

import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.stream.BlockRollout;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.VideoSource;

/**
 * Owns all native memory of one stream. It has no reference to its session, so that it can be released once the session is unreachable.
 * Used and closed on the engine's thread.
 */
public final class SessionResources implements AutoCloseable {
    public BlockRollout rollout;
    final PromptConditions prompts;
    final Anchor anchor = new Anchor();
    final CheckpointHistory history;
    public final StreamDecoder decoder;
    public final @Nullable VideoSource source;
    final VideoCodec.@Nullable Streaming encoder;
    private boolean closed;

    SessionResources(
            BlockRollout rollout, PromptConditions prompts, CheckpointHistory history, StreamDecoder decoder,
            @Nullable VideoSource source, VideoCodec codec) {
        this.rollout = rollout;
        this.prompts = prompts;
        this.history = history;
        this.decoder = decoder;
        this.source = source;
        this.encoder = source == null ? null : codec.openEncoder();
    }

    /** Call on the engine's thread. @param source owned from now on, even on failure */
    public static SessionResources open(Networks networks, DeviceExecutor executor, StreamOptions options, @Nullable VideoSource source) {
        try {
            var decoder = new StreamDecoder(networks.codec(), executor.decoder(), options.drift());
            var prompts = new PromptConditions(networks.text(), networks.student(), networks.device(), networks.dtype());
            BlockRollout rollout = networks.rollout();
            var history = new CheckpointHistory(networks.checkpointCount(options.history(), rollout.cacheBytes()),
                    networks.maxBlocksIn(options.ahead()));
            return new SessionResources(rollout, prompts, history, decoder, source, networks.codec());
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
        decoder.close();
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
