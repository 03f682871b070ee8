package org.praxino.stream.engine;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.praxino.diffusion.Conditioned;
import org.praxino.media.Frame;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamOptions;
import org.praxino.stream.StreamSession;
import org.praxino.stream.timeline.ActivePrompt;
import org.praxino.stream.timeline.Cue;
import org.praxino.stream.timeline.PromptBlend;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;
import org.praxino.tensor.UserException;

/**
 * Generates a stream block by block from its timeline, and restores checkpoints. Runs on the engine's thread. {@link StreamSession} decides
 * when a block is generated, {@link StreamUpdates} which checkpoint is restored.
 */
public final class StreamEngine {
    /** Receives events and decoded blocks. */
    public interface Listener {
        void onEvent(StreamEvent event);

        /** A block was decoded. Called on the decoder's thread. */
        void onDecoded(StreamDecoder.Result outcome);

        /** The decoder failed. Called on its thread. */
        void onFailure(Throwable reason);
    }

    private final Networks networks;
    private final PromptConditions prompts;
    private final StreamOptions options;
    private final SessionResources resources;
    private final FrameQueue queue;
    private final Listener listener;
    private final StreamPosition.BlockShape shape;
    private final PlayedTimeline playedTimeline;
    private final BlockGenerator generator;
    private final DecodedBlocks decodedBlocks = new DecodedBlocks();
    private StreamPosition position = StreamPosition.START;
    private long firstShown;
    private long end;

    public StreamEngine(Networks networks, StreamOptions options, SessionResources resources, FrameQueue queue, SessionStart start,
            Listener listener) {
        this.networks = networks;
        this.prompts = resources.prompts;
        this.options = options;
        this.resources = resources;
        this.queue = queue;
        this.listener = listener;
        Timeline timeline = start.timeline();
        this.shape = StreamPosition.BlockShape.of(networks);
        this.playedTimeline = new PlayedTimeline(timeline, start.liveCues(), networks.info().size().fps(), shape);
        this.generator = new BlockGenerator(networks, resources, timeline.seed() == null ? 0 : timeline.seed());
        this.firstShown = start.firstFrame();
        this.end = playedTimeline.end();
        timeline.cues().stream().map(Cue::prompt).distinct().forEach(prompts::check);
        if (start.checkpoint() != null) {
            if (start.checkpoint().position().activePrompt() != null) {
                start.checkpoint().position().activePrompt().prompts().distinct().forEach(prompts::check);
            }
            load(start.checkpoint());
        } else {
            var size = networks.info().size();
            boolean given = timeline.cues().getFirst().image() != null || resources.source != null;
            if (networks.plan().firstBlock() > 0 && (!given || timeline.continuedClip() != null)) {
                throw new UserException("model " + networks.info().name()
                        + " begins with a picture (recipe causvid-i2v): give the first prompt an image");
            }
            timeline.cues().stream().map(Cue::image).filter(Objects::nonNull).forEach(i -> i.load(size.width(), size.height()));
            if (timeline.continuedClip() != null) {
                position = generator.continueClip(timeline.continuedClip(), PromptBlend.of(timeline.cues().getFirst().prompt()),
                        visibleBlocks(), anchorBlocks());
            }
        }
    }

    // ------------------------------------------------------------------ state

    public PlayedTimeline playedTimeline() {
        return playedTimeline;
    }

    public StreamPosition position() {
        return position;
    }

    public boolean hasEnded() {
        return position.frame() >= end;
    }

    /** Frames of the next block, including any before the first wanted frame. */
    public int nextFrames() {
        return playedTimeline.frames(playedTimeline.afterCues(position));
    }

    /** Frames that the next block reads from a source. */
    private int sourceFrames() {
        return position.beginsOverlappingRollout(shape) ? 0 : position.block() == 0 ? shape.first() : shape.full();
    }

    /** Whether decoding and the source allow the next block to start. */
    public boolean isReady() {
        return decodedBlocks.hasDecodedBefore(position.block() - (options.overlap() ? 1 : 0))
                && (resources.source == null || resources.source.isReady(sourceFrames()));
    }

    public boolean isWaitingForSource() {
        return resources.source != null && !resources.source.isReady(sourceFrames());
    }

    /** Why the source failed, or null. */
    public @Nullable String sourceError() {
        return generator.sourceError();
    }

    /** Number of the first frame after the end; {@link Long#MAX_VALUE} without an end. */
    public long end() {
        return end;
    }

    /** Number of the first frame to show. */
    long firstShown() {
        return firstShown;
    }

    /** @param frame number of the first one to show */
    void firstShown(long frame) {
        firstShown = frame;
    }

    // ------------------------------------------------------------------ a block

    /** Generates the next block and submits it for decoding as soon as it is clean. */
    public void generateBlock() {
        long start = System.nanoTime();
        var millis = new CompletableFuture<Double>();
        boolean reanchor = decodedBlocks.takeAlarm(position.block() - 2);
        StreamCheckpoint checkpoint = resources.source == null ? checkpoint(reanchor) : null;
        StreamPosition before = position;
        try (var scope = Scope.open("stream block")) {
            List<Cue> due = playedTimeline.dueCues(position);
            Cue last = due.isEmpty() ? null : due.getLast();
            Frame picture = last == null ? null : applyCue(last);
            Conditioned condition = prompts.condition(activePrompt().at(position.block()));
            boolean joins = position.beginsOverlappingRollout(shape);
            prepareCache(joins ? null : last, picture, reanchor && shape.rollout() == 0, condition);
            int count = resources.source == null ? playedTimeline.frames(position) : sourceFrames();
            position = joins ? position.newRollout() : position;
            BlockGenerator.BlockListener blockListener = (clean, shown) -> {
                end = shown < count ? Math.min(end, position.frame() + shown) : end;
                submitForDecoding(clean, checkpoint, millis);
            };
            boolean made = joins ? generator.beginOverlappingRollout(condition, blockListener)
                    : generator.generate(position.block(), count, picture, playedTimeline.timeline().strength(), condition, blockListener);
            if (!made) { // the source has ended
                end = position.frame();
                return;
            }
            position = position.nextBlock(playedTimeline.frames(position));
            if (last != null) {
                listener.onEvent(new StreamEvent.PromptApplied(playedTimeline.updateAt(before, before.frame()), last.prompt()));
            }
        } finally {
            millis.complete((System.nanoTime() - start) / 1e6);
        }
    }

    private void onDecoded(StreamDecoder.Result outcome) {
        decodedBlocks.onDecoded(outcome.task().position().block(), outcome.alarm());
        listener.onDecoded(outcome);
    }

    private ActivePrompt activePrompt() {
        if (position.activePrompt() == null) {
            throw new IllegalStateException("no prompt before block " + position.block());
        }
        return position.activePrompt();
    }

    /** Makes a prompt change act: activates a cue at the next block. @return the image that a new scene begins with, or null */
    private @Nullable Frame applyCue(Cue cue) {
        Frame picture = null;
        if (cue.image() != null) {
            try {
                picture = cue.image().load(networks.info().size().width(), networks.info().size().height());
            } catch (UserException e) {
                listener.onEvent(new StreamEvent.CueFailed(playedTimeline.updateAt(position, position.frame()), e.getMessage()));
            }
        }
        position = playedTimeline.withCue(position, cue, visibleBlocks());
        if (picture != null) {
            position = position.newScene();
        }
        return picture;
    }

    /** Past blocks that a block attends to. */
    private int visibleBlocks() {
        var plan = networks.plan().student();
        return Math.max(1, (plan.sink() + plan.window()) / plan.block());
    }

    private int anchorBlocks() {
        return Math.clamp(visibleBlocks() - 2, 1, options.drift().anchorBlocks());
    }

    private void prepareCache(@Nullable Cue cue, @Nullable Frame picture, boolean reanchor, Conditioned condition) {
        if (picture != null) {
            if (position.block() > 0) {
                generator.resetRollout();
            }
        } else if (cue != null && cue.transition() instanceof Transition.Recache) {
            if (position.block() > 0) {
                resources.rollout.recache(condition);
            }
        } else if (reanchor && options.reanchor() && position.block() > position.anchorBlock()) {
            generator.resetRollout();
            resources.anchor.replayInto(resources.rollout, condition);
            listener.onEvent(new StreamEvent.Reanchored(position.block()));
        }
    }

    private void submitForDecoding(Tensor clean, @Nullable StreamCheckpoint checkpoint, CompletableFuture<Double> millis) {
        resources.anchor.record(clean, position, anchorBlocks());
        boolean scene = position.block() == position.sceneBlock() && position.block() > 0;
        var task = new StreamDecoder.Task(position, clean.copy().own(), checkpoint, scene, position.endsRollout(shape), firstShown, end, millis);
        resources.decoder.submit(task, queue::put, this::onDecoded, listener::onFailure);
    }

    // ------------------------------------------------------------------ checkpoints

    /** Saves a checkpoint before the next block, including the decoder's state. Waits for pending decoding. */
    void saveCheckpoint() {
        StreamCheckpoint checkpoint = checkpoint(decodedBlocks.alarm(position.block() - 2));
        if (checkpoint != null) {
            resources.decoder.saveState(checkpoint);
        }
    }

    /** Saves a checkpoint before the next block. @return the checkpoint, which still lacks the decoder's state, or null */
    private @Nullable StreamCheckpoint checkpoint(boolean reanchor) {
        if (!resources.history.isEnabled() || resources.history.has(position.block())) {
            return null;
        }
        var checkpoint = new StreamCheckpoint(position, resources.rollout.copy(), resources.anchor.copyAll(), reanchor);
        resources.history.add(checkpoint);
        return checkpoint;
    }

    /** Restores a checkpoint; later ones are discarded. */
    void restore(StreamCheckpoint checkpoint) {
        resources.decoder.awaitPending();
        resources.history.discardAfter(checkpoint);
        load(checkpoint);
    }

    private void load(StreamCheckpoint checkpoint) {
        try (var scope = Scope.open("restore checkpoint")) {
            resources.rollout.restore(checkpoint.rollout().state());
            resources.anchor.restore(checkpoint.anchor().state());
            resources.decoder.restore(checkpoint.decoderState());
        }
        position = checkpoint.position();
        decodedBlocks.reset(position.block(), checkpoint.alarmBefore(), checkpoint.decoderState().alarm());
    }
}
