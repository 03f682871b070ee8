package org.praxino.stream;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.StreamState.Move;
import org.praxino.stream.timeline.Timeline;
import org.praxino.stream.timeline.Transition;
import org.praxino.tensor.UserException;

/**
 * A stream that is being made. {@link #frames} hands out what it makes; the other methods steer it, from any thread. Updates act between
 * two blocks, and the future that each returns says where. What is asked at the wrong time ({@link StreamState}) fails at once, what
 * cannot be done fails the future; the stream goes on in both cases.
 *
 * <p>At most a second of video is made ahead of what is taken. A session that nobody holds any more gives back its memory as if it had
 * been closed.
 */
public final class StreamSession implements AutoCloseable {
    private static final Cleaner CLEANER = Cleaner.create(Thread.ofPlatform().daemon().name("praxino-cleaner").factory());

    /** What a model holds of a session: not the session itself. */
    record Watch(WeakReference<StreamSession> session) {}

    private final Networks networks;
    private final Workplace workplace;
    private final StreamOptions options;
    private final Holdings holdings;
    private final FrameQueue queue;
    private final Conductor conductor;
    private final Steering steering;
    private final VideoStream frames;
    private final Cleaner.Cleanable release;
    private final Watch watch;
    private final Desk desk = new Desk();
    private final StallWatch stall = new StallWatch(desk);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final long opened = System.nanoTime();
    private volatile boolean aside;
    private volatile StreamStats stats = StreamStats.NONE;

    /** On the engine's thread. @param source owned from now on, even when this fails */
    StreamSession(Networks networks, Workplace workplace, Origin origin, StreamOptions options, @Nullable VideoSource source) {
        this.networks = networks;
        this.workplace = workplace;
        this.options = options;
        this.holdings = Holdings.open(networks, workplace, options, source);
        var weak = new WeakReference<>(this);
        Runnable wake = () -> {
            StreamSession session = weak.get();
            if (session != null) {
                session.wake();
            }
        };
        this.queue = new FrameQueue(origin.from(), wake);
        try {
            this.conductor = new Conductor(networks, options, holdings, queue, origin, new Conductor.Told() {
                @Override
                public void event(StreamEvent event) {
                    desk.tell(event);
                }

                @Override
                public void decoded(DecodeLane.Outcome outcome) {
                    note(outcome);
                }

                @Override
                public void failed(Throwable reason) {
                    fail(reason);
                }
            });
        } catch (RuntimeException | Error e) {
            holdings.close();
            throw e;
        }
        this.steering = new Steering(conductor, holdings, queue, networks.info().size());
        if (source != null) {
            source.onArrival(wake);
        }
        this.frames = new VideoStream(this, queue);
        this.watch = new Watch(weak);
        workplace.open().add(watch);
        this.release = CLEANER.register(this, new Release(holdings, workplace, watch));
        wake();
    }

    /** Gives back a session's memory on the engine's thread; knows nothing of the session. */
    private record Release(Holdings holdings, Workplace workplace, Watch watch) implements Runnable {
        @Override
        public void run() {
            workplace.open().remove(watch);
            try {
                workplace.engine().execute(holdings::close);
            } catch (RejectedExecutionException e) {
                holdings.close(); // the model was closed, its threads have ended
            }
        }
    }

    // ------------------------------------------------------------------ looking

    /** The frames, for one consumer. */
    public VideoStream frames() {
        return frames;
    }

    public StreamState state() {
        return desk.state();
    }

    public StreamStats stats() {
        return stats.withQueued(queue.size());
    }

    /** What is being played, with its seed and every update so far: played from the beginning it gives this very stream. */
    public Timeline timeline() {
        return conductor.score().timeline();
    }

    /** Tells {@code listener} everything that happens from now on. It is called on the model's own threads and must be quick. */
    public void onEvent(Consumer<StreamEvent> listener) {
        desk.listen(listener);
    }

    /** Bytes of keys and values that it sees the past by; they do not grow. */
    public long cacheBytes() {
        return holdings.rollout.cacheBytes();
    }

    /** Lets the streams that somebody watches go first, from now on: nobody waits for this one's frames. */
    public void stepAside() {
        aside = true;
    }

    // ------------------------------------------------------------------ steering

    /** {@link #prompt(String, Transition)} with a cut. */
    public CompletableFuture<Applied> prompt(String prompt) {
        return prompt(prompt, Transition.CUT);
    }

    /**
     * Changes what is shown, from the first block on of which no frame has been taken. Blocks made ahead of that are made anew, so it
     * shows as soon as it can. Prompts that were given for a later time, before the stream was rewound, are dropped.
     */
    public CompletableFuture<Applied> prompt(String prompt, Transition transition) {
        return change(Change.now(prompt, transition));
    }

    /** Changes what is shown, from a place on that {@code change} names. */
    public CompletableFuture<Applied> change(Change change) {
        return ask(Move.PROMPT, null, s -> {
            Applied at = s.change(change);
            reopen();
            return at;
        });
    }

    /** How much of a source is replaced, from the next block that is made on. @param value above 0 up to 1 */
    public CompletableFuture<Applied> strength(double value) {
        return ask(Move.PROMPT, null, s -> s.strength(value));
    }

    /** Makes no more blocks. Frames that are there can still be taken. */
    public CompletableFuture<Applied> pause() {
        return ask(Move.PAUSE, StreamState.PAUSED, Steering::now);
    }

    public CompletableFuture<Applied> resume() {
        return ask(Move.RESUME, StreamState.RUNNING, Steering::now);
    }

    /**
     * Goes back, or on, to the beginning of a block. The same frames come again, to the bit, unless a prompt changes them. How far back
     * is bounded by {@link StreamOptions#history}.
     */
    public CompletableFuture<Applied> rewind(long block) {
        return ask(Move.REWIND, null, s -> {
            Applied at = s.rewind(block);
            reopen();
            return at;
        });
    }

    /** Another session of the same model that goes on with the frame this one's consumer would get next; from there on each is alone. */
    public CompletableFuture<StreamSession> fork() {
        return ask(Move.FORK, null, s -> new StreamSession(networks, workplace, s.origin("fork"), options, null));
    }

    /** Writes everything needed to go on with the frame that would be taken next into one file. See {@link VideoModel#restore}. */
    public CompletableFuture<Applied> snapshot(Path file) {
        return ask(Move.SNAPSHOT, null, s -> {
            Origin origin = s.origin("take a snapshot of");
            Snapshot.write(file, origin, networks.info());
            return s.at(origin.from());
        });
    }

    /** Stops at once: frames not taken are dropped, memory is given back when the block being made is done, which is waited for. */
    @Override
    public void close() {
        if (!desk.end(StreamState.CLOSED, new UserException("the stream was closed"))) {
            return;
        }
        queue.close();
        release.clean();
        workplace.await();
    }

    // ------------------------------------------------------------------ inside

    private <T> CompletableFuture<T> ask(Move move, @Nullable StreamState next, Function<Steering, T> what) {
        CompletableFuture<T> answer = desk.ask(move, next, () -> what.apply(steering));
        wake();
        return answer;
    }

    /** After a move, which undoes the end of the queue: to a place where there is more to make, or to the end once more. */
    private void reopen() {
        if (!conductor.ended()) {
            desk.go(StreamState.RUNNING, StreamState.ENDED);
        } else {
            desk.go(StreamState.ENDED, StreamState.RUNNING, StreamState.PAUSED);
            queue.end();
        }
    }

    void wake() {
        if (desk.state() != StreamState.CLOSED && scheduled.compareAndSet(false, true)) {
            try {
                workplace.engine().execute(this::turn, deadline());
            } catch (RejectedExecutionException e) {
                fail(new UserException("the model was closed", e));
            }
        }
    }

    /** When the frames that wait to be taken will have been played: what must be shown sooner is made sooner. */
    private long deadline() {
        return aside ? Long.MAX_VALUE : System.nanoTime() + (long) (queue.size() / networks.info().size().fps() * 1e9);
    }

    /** On the engine's thread: what was asked, then at most one block, so that sessions of one model take turns. */
    private void turn() {
        scheduled.set(false);
        try {
            desk.work();
            if (desk.state() == StreamState.RUNNING && wanted()) {
                conductor.block();
                wake();
            }
            if (desk.state() == StreamState.RUNNING && conductor.ended()) {
                end();
            }
        } catch (Throwable t) {
            fail(t);
        }
    }

    /** Whether a block is wanted: no more than a second of video waits to be taken, and everything that it needs is there. */
    private boolean wanted() {
        if (conductor.ended() || !conductor.ready()) {
            if (!conductor.ended() && conductor.waitsForSource()) {
                stall.waiting();
            }
            return false;
        }
        stall.over();
        long unseen = conductor.head().frame() - queue.position();
        return unseen <= 0 || unseen + conductor.nextFrames() <= options.ahead() * networks.info().size().fps();
    }

    private void end() {
        if (!desk.go(StreamState.ENDED, StreamState.RUNNING)) {
            return;
        }
        if (holdings.source != null) {
            desk.tell(new StreamEvent.SourceEnded(conductor.until(), conductor.sourceProblem()));
        }
        holdings.lane.settle();
        queue.end();
    }

    /** On the decoder's thread. */
    private void note(DecodeLane.Outcome outcome) {
        var task = outcome.task();
        double arrived = (System.nanoTime() - opened) / 1e6;
        double make = made(task);
        stats = stats.after(outcome.frames(), make, outcome.decodeMillis(), networks.info().size().fps(), options.overlap(), arrived);
        long block = task.head().block();
        desk.tell(new StreamEvent.BlockDone(block, task.head().frame(), outcome.frames(), make, outcome.decodeMillis(), outcome.drift()));
        if (outcome.alarm()) {
            desk.tell(new StreamEvent.Drifted(block, outcome.drift()));
        }
        wake();
    }

    /** The engine may still be caching the block; it waits for nobody while it does. */
    private static double made(DecodeLane.Task task) {
        try {
            return task.makeMillis().get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e); // nobody interrupts the decoder, and the future is completed by value alone
        }
    }

    private void fail(Throwable reason) {
        if (!desk.end(StreamState.FAILED, reason)) {
            return;
        }
        queue.fail(reason);
        release.clean();
    }
}
