package org.praxino.stream;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.StreamState.Operation;
import org.praxino.stream.engine.DeviceExecutor;
import org.praxino.stream.engine.FrameQueue;
import org.praxino.stream.engine.Networks;
import org.praxino.stream.engine.SessionRequests;
import org.praxino.stream.engine.SessionResources;
import org.praxino.stream.engine.SessionStart;
import org.praxino.stream.engine.Snapshot;
import org.praxino.stream.engine.SourceStallTimer;
import org.praxino.stream.engine.StreamDecoder;
import org.praxino.stream.engine.StreamEngine;
import org.praxino.stream.engine.StreamUpdates;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.UserException;

/**
 * A running stream. {@link #frames} gives its frames; the other methods control it and may be called from any thread. Updates take effect
 * between two blocks; their futures report where. A call that the current {@link StreamState} does not allow throws at once; an update that
 * fails fails its future. The stream continues in both cases.
 *
 * <p>At most one second of video is generated ahead of the consumer. The memory of an unreachable session is released as if it had been
 * closed.
 */
public final class StreamSession implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create(Thread.ofPlatform().daemon().name("praxino-cleaner").factory());

    /** A model's weak reference to a session. */
    public record OpenSession(WeakReference<StreamSession> session) {}

    private final Networks networks;
    private final DeviceExecutor executor;
    private final StreamOptions options;
    private final SessionResources resources;
    private final FrameQueue queue;
    private final StreamEngine engine;
    private final StreamUpdates updates;
    private final VideoStream frames;
    private final Cleaner.Cleanable cleanable;
    private final OpenSession registration;
    private final SessionRequests requests = new SessionRequests();
    private final SourceStallTimer stallTimer = new SourceStallTimer(requests);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final long opened = System.nanoTime();
    private volatile boolean lowPriority;
    private volatile StreamStats stats = StreamStats.NONE;

    /** Call on the engine's thread. @param source owned from now on, even on failure */
    StreamSession(Networks networks, DeviceExecutor executor, SessionStart start, StreamOptions options, @Nullable VideoSource source) {
        this.networks = networks;
        this.executor = executor;
        this.options = options;
        this.resources = SessionResources.open(networks, executor, options, source);
        var weak = new WeakReference<>(this);
        Runnable wake = () -> {
            StreamSession session = weak.get();
            if (session != null) {
                session.wake();
            }
        };
        this.queue = new FrameQueue(start.firstFrame(), wake);
        try {
            this.engine = new StreamEngine(networks, options, resources, queue, start, new StreamEngine.Listener() {
                @Override
                public void onEvent(StreamEvent event) {
                    requests.publish(event);
                }

                @Override
                public void onDecoded(StreamDecoder.Result result) {
                    blockDecoded(result);
                }

                @Override
                public void onFailure(Throwable reason) {
                    fail(reason);
                }
            });
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
        this.updates = new StreamUpdates(engine, resources, queue, networks.info().size());
        if (source != null) {
            source.onFramesAvailable(wake);
        }
        this.frames = new VideoStream(this, queue);
        this.registration = new OpenSession(weak);
        executor.openSessions().add(registration);
        this.cleanable = CLEANER.register(this, new Release(resources, executor, registration));
        wake();
    }

    /** As {@link VideoModel#promptWarnings}. */
    public List<String> promptWarnings(String prompt) {
        return PromptWarnings.of(networks, prompt);
    }

    /** Releases a session's memory on the engine's thread. Has no reference to the session. */
    private record Release(SessionResources resources, DeviceExecutor executor, OpenSession registration) implements Runnable {
        @Override
        public void run() {
            executor.openSessions().remove(registration);
            try {
                executor.engine().execute(resources::close);
            } catch (RejectedExecutionException e) {
                resources.close(); // the model was closed and its threads have ended
            }
        }
    }

    // ------------------------------------------------------------------ state

    /** The frames, for one consumer. */
    public VideoStream frames() {
        return frames;
    }

    public StreamState state() {
        return requests.state();
    }

    public StreamStats stats() {
        return stats.withQueued(queue.size());
    }

    /** The timeline with its seed and all updates so far. Playing it from the start reproduces this stream. */
    public Timeline timeline() {
        return engine.playedTimeline().timeline();
    }

    /** Adds an event listener. It is called on the model's threads and must return quickly. */
    public void onEvent(Consumer<StreamEvent> listener) {
        requests.addListener(listener);
    }

    /** Bytes of the KV cache, which is constant. */
    public long cacheBytes() {
        return resources.rollout.cacheBytes();
    }

    /** Gives other streams priority from now on, because no viewer waits for this one. */
    public void lowerPriority() {
        lowPriority = true;
    }

    // ------------------------------------------------------------------ control

    /** {@link #prompt(String, Transition)} with a cut. */
    public CompletableFuture<AppliedUpdate> prompt(String prompt) {
        return prompt(prompt, Transition.CUT);
    }

    /**
     * Changes the prompt, from the first block of which no frame has been read. Later blocks that were generated ahead are regenerated.
     * Updates made for later times are dropped.
     */
    public CompletableFuture<AppliedUpdate> prompt(String prompt, Transition transition) {
        return update(StreamUpdate.now(prompt, transition));
    }

    /** Applies an update at the time that it names. */
    public CompletableFuture<AppliedUpdate> update(StreamUpdate update) {
        return submit(Operation.PROMPT, null, s -> {
            AppliedUpdate at = s.apply(update);
            updateEndState();
            return at;
        });
    }

    /** Sets the video to video strength from the next generated block on. @param value above 0 up to 1 */
    public CompletableFuture<AppliedUpdate> strength(double value) {
        return submit(Operation.PROMPT, null, s -> s.setStrength(value));
    }

    /** Stops generating. Available frames can still be read. */
    public CompletableFuture<AppliedUpdate> pause() {
        return submit(Operation.PAUSE, StreamState.PAUSED, StreamUpdates::currentPosition);
    }

    public CompletableFuture<AppliedUpdate> resume() {
        return submit(Operation.RESUME, StreamState.RUNNING, StreamUpdates::currentPosition);
    }

    /**
     * Continues from the beginning of another block. The same frames are reproduced exactly, unless a prompt changes them. {@link
     * StreamOptions#history} limits how far back this can go.
     */
    public CompletableFuture<AppliedUpdate> rewind(long block) {
        return submit(Operation.REWIND, null, s -> {
            AppliedUpdate at = s.rewind(block);
            updateEndState();
            return at;
        });
    }

    /** Opens an independent session that continues with this session's next frame. */
    public CompletableFuture<StreamSession> fork() {
        return submit(Operation.FORK, null, s -> new StreamSession(networks, executor, s.startHere("fork"), options, null));
    }

    /** Saves the stream at its next frame to a file. See {@link VideoModel#restore}. */
    public CompletableFuture<AppliedUpdate> snapshot(Path file) {
        return submit(Operation.SNAPSHOT, null, s -> {
            SessionStart start = s.startHere("take a snapshot of");
            Snapshot.write(file, start, networks.info());
            return s.positionOf(start.firstFrame());
        });
    }

    /** Stops the stream, drops unread frames, waits for the current block and releases the memory. */
    @Override
    public void close() {
        if (!requests.terminate(StreamState.CLOSED, new UserException("the stream was closed"))) {
            return;
        }
        queue.close();
        cleanable.clean();
        executor.awaitEngine();
    }

    // ------------------------------------------------------------------ internal

    private <T> CompletableFuture<T> submit(Operation operation, @Nullable StreamState next, Function<StreamUpdates, T> what) {
        CompletableFuture<T> answer = requests.submit(operation, next, () -> what.apply(updates));
        wake();
        return answer;
    }

    /** Updates the state after a rewind or prompt change, which cleared the queue's end mark. */
    private void updateEndState() {
        if (!engine.hasEnded()) {
            requests.transition(StreamState.RUNNING, StreamState.ENDED);
        } else {
            requests.transition(StreamState.ENDED, StreamState.RUNNING, StreamState.PAUSED);
            queue.end();
        }
    }

    void wake() {
        if (requests.state() != StreamState.CLOSED && scheduled.compareAndSet(false, true)) {
            try {
                executor.engine().execute(this::runOnce, deadline());
            } catch (RejectedExecutionException e) {
                fail(new UserException("the model was closed", e));
            }
        }
    }

    /** When the queued frames will have been played. */
    private long deadline() {
        return lowPriority ? Long.MAX_VALUE : System.nanoTime() + (long) (queue.size() / networks.info().size().fps() * 1e9);
    }

    /** Runs pending requests, then generates at most one block, so that sessions of one model alternate. On the engine's thread. */
    private void runOnce() {
        scheduled.set(false);
        try {
            requests.runPending();
            if (requests.state() == StreamState.RUNNING && shouldGenerate()) {
                engine.generateBlock();
                wake();
            }
            if (requests.state() == StreamState.RUNNING && engine.hasEnded()) {
                end();
            }
        } catch (Throwable t) {
            fail(t);
        }
    }

    /** Whether to generate a block now: its inputs are ready and the buffer is not full. */
    private boolean shouldGenerate() {
        if (engine.hasEnded() || !engine.isReady()) {
            if (!engine.hasEnded() && engine.isWaitingForSource()) {
                stallTimer.start();
            }
            return false;
        }
        stallTimer.cancel();
        long unplayed = engine.position().frame() - queue.position();
        return unplayed <= 0 || unplayed + engine.nextFrames() <= options.ahead() * networks.info().size().fps();
    }

    private void end() {
        if (!requests.transition(StreamState.ENDED, StreamState.RUNNING)) {
            return;
        }
        if (resources.source != null) {
            requests.publish(new StreamEvent.SourceEnded(engine.end(), engine.sourceError()));
        }
        resources.decoder.awaitPending();
        queue.end();
    }

    /** On the decoder's thread. */
    private void blockDecoded(StreamDecoder.Result result) {
        var task = result.task();
        double arrived = (System.nanoTime() - opened) / 1e6;
        double generateMillis = generateMillis(task);
        stats = stats.after(result.frames(), generateMillis,
                result.decodeMillis(), networks.info().size().fps(), options.overlap(), arrived);
        long block = task.position().block();
        requests.publish(new StreamEvent.BlockDone(block, task.position().frame(), result.frames(), generateMillis, result.decodeMillis(),
                result.drift()));
        if (result.alarm()) {
            requests.publish(new StreamEvent.Drifted(block, result.drift()));
        }
        wake();
    }

    /** Waits for the engine, which may still be writing the block to the cache. */
    private static double generateMillis(StreamDecoder.Task task) {
        try {
            return task.makeMillis().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e); // the decoder is never interrupted, and the future never fails
        }
    }

    private void fail(Throwable reason) {
        if (!requests.terminate(StreamState.FAILED, reason)) {
            return;
        }
        queue.fail(reason);
        cleanable.clean();
    }
}
