package org.praxino.stream;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.StreamState.Move;
import org.praxino.stream.timeline.Cue;
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
    /** Without a frame of the source for so long, listeners are told. */
    private static final double STALL_SECONDS = 5;

    private static final Cleaner CLEANER = Cleaner.create(Thread.ofPlatform().daemon().name("praxino-cleaner").factory());

    /** What a model holds of a session: not the session itself. */
    record Watch(WeakReference<StreamSession> session) {}

    /** Something to do between two blocks. */
    private interface Command {
        void run();

        void refuse(Throwable reason);
    }

    private final Networks networks;
    private final Workplace workplace;
    private final StreamOptions options;
    private final Holdings holdings;
    private final FrameQueue queue;
    private final Conductor conductor;
    private final VideoStream frames;
    private final Cleaner.Cleanable release;
    private final Watch watch;
    private final List<Consumer<StreamEvent>> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Deque<Command> inbox = new ArrayDeque<>();
    private final long opened = System.nanoTime();
    private volatile long waitingSince; // for the source, 0 for not
    private volatile StreamState state = StreamState.RUNNING;
    private volatile StreamStats stats = StreamStats.NONE;

    /** On the engine's thread. @param source owned from now on, even when this fails */
    StreamSession(Networks networks, Workplace workplace, Origin origin, StreamOptions options, @Nullable VideoSource source) {
        this.networks = networks;
        this.workplace = workplace;
        this.options = options;
        this.holdings = hold(networks, workplace, options, source);
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
                    tell(event);
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
        if (source != null) {
            source.onArrival(wake);
        }
        this.frames = new VideoStream(this, queue);
        this.watch = new Watch(weak);
        workplace.open().add(watch);
        this.release = CLEANER.register(this, new Release(holdings, workplace, watch));
        wake();
    }

    private static Holdings hold(Networks networks, Workplace workplace, StreamOptions options, @Nullable VideoSource source) {
        try {
            var lane = new DecodeLane(networks.codec(), workplace.decoder(), options.drift());
            var prompts = new Prompts(networks.text(), networks.device(), networks.dtype());
            var history = new History(options, networks.blocksOf(options.ahead()));
            return new Holdings(networks.rollout(), prompts, history, lane, source, networks.codec());
        } catch (RuntimeException | Error e) {
            if (source != null) {
                source.close();
            }
            throw e;
        }
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
        return state;
    }

    public StreamStats stats() {
        return stats.withQueued(queue.size());
    }

    /** What is being played, with its seed and every update so far: played from the beginning it gives this very stream. */
    public Timeline timeline() {
        return conductor.timeline();
    }

    /** Tells {@code listener} everything that happens from now on. It is called on the model's own threads and must be quick. */
    public void onEvent(Consumer<StreamEvent> listener) {
        listeners.add(listener);
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
        String checked = new Cue(0, prompt, transition).prompt();
        return ask(Move.PROMPT, null, c -> {
            Applied at = c.prompt(checked, transition);
            reopen();
            return at;
        });
    }

    /** Makes no more blocks. Frames that are there can still be taken. */
    public CompletableFuture<Applied> pause() {
        return ask(Move.PAUSE, StreamState.PAUSED, Conductor::now);
    }

    public CompletableFuture<Applied> resume() {
        return ask(Move.RESUME, StreamState.RUNNING, Conductor::now);
    }

    /**
     * Goes back, or on, to the beginning of a block. The same frames come again, to the bit, unless a prompt changes them. How far back
     * is bounded by {@link StreamOptions#history}.
     */
    public CompletableFuture<Applied> rewind(long block) {
        return ask(Move.REWIND, null, c -> {
            Applied at = c.rewind(block);
            reopen();
            return at;
        });
    }

    /** Another session of the same model that goes on with the frame this one's consumer would get next; from there on each is alone. */
    public CompletableFuture<StreamSession> fork() {
        return ask(Move.FORK, null, c -> new StreamSession(networks, workplace, c.origin("fork"), options, null));
    }

    /** Writes everything needed to go on with the frame that would be taken next into one file. See {@link VideoModel#restore}. */
    public CompletableFuture<Applied> snapshot(Path file) {
        return ask(Move.SNAPSHOT, null, c -> {
            Origin origin = c.origin("take a snapshot of");
            Snapshot.write(file, origin, networks.info());
            return c.at(origin.from());
        });
    }

    /** Stops at once: frames not taken are dropped, memory is given back when the block being made is done, which is waited for. */
    @Override
    public void close() {
        List<Command> left;
        synchronized (inbox) {
            if (state == StreamState.CLOSED) {
                return;
            }
            change(StreamState.CLOSED);
            left = List.copyOf(inbox);
            inbox.clear();
        }
        left.forEach(c -> c.refuse(new UserException("the stream was closed")));
        queue.close();
        release.clean();
        workplace.await();
    }

    // ------------------------------------------------------------------ inside

    private <T> CompletableFuture<T> ask(Move move, @Nullable StreamState next, Function<Conductor, T> what) {
        var answer = new CompletableFuture<T>();
        synchronized (inbox) {
            move.check(state);
            if (next != null) {
                change(next);
            }
            inbox.add(new Command() {
                @Override
                public void run() {
                    try {
                        T value = what.apply(conductor);
                        Thread.startVirtualThread(() -> answer.complete(value)); // what hangs on it must not hold up the engine
                    } catch (RuntimeException e) {
                        refuse(e);
                    }
                }

                @Override
                public void refuse(Throwable reason) {
                    Thread.startVirtualThread(() -> answer.completeExceptionally(reason));
                }
            });
        }
        wake();
        return answer;
    }

    /** After a move to a place where there is more to make. */
    private void reopen() {
        synchronized (inbox) {
            if (state == StreamState.ENDED && !conductor.ended()) {
                change(StreamState.RUNNING);
            }
        }
    }

    private void change(StreamState next) {
        if (state != next) {
            state = next;
            tell(new StreamEvent.StateChanged(next));
        }
    }

    private void tell(StreamEvent event) {
        for (Consumer<StreamEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                listeners.remove(listener); // one that breaks is not asked again
            }
        }
    }

    void wake() {
        if (state != StreamState.CLOSED && scheduled.compareAndSet(false, true)) {
            try {
                workplace.engine().execute(this::turn);
            } catch (RejectedExecutionException e) {
                fail(new UserException("the model was closed", e));
            }
        }
    }

    /** On the engine's thread: what was asked, then at most one block, so that sessions of one model take turns. */
    private void turn() {
        scheduled.set(false);
        try {
            for (Command next = command(); next != null; next = command()) {
                next.run();
            }
            if (state == StreamState.RUNNING && wanted()) {
                conductor.block();
                wake();
            }
            if (state == StreamState.RUNNING && conductor.ended()) {
                end();
            }
        } catch (Throwable t) {
            fail(t);
        }
    }

    private @Nullable Command command() {
        synchronized (inbox) {
            return state == StreamState.CLOSED ? null : inbox.poll();
        }
    }

    /** Whether a block is wanted: no more than a second of video waits to be taken, and everything that it needs is there. */
    private boolean wanted() {
        if (conductor.ended() || !conductor.ready()) {
            noteWaiting();
            return false;
        }
        waitingSince = 0;
        long unseen = conductor.head().frame() - queue.position();
        return unseen <= 0 || unseen + conductor.nextFrames() <= options.ahead() * networks.info().size().fps();
    }

    private void noteWaiting() {
        if (waitingSince == 0 && !conductor.ended() && conductor.waitsForSource()) {
            long since = System.nanoTime();
            waitingSince = since;
            var weak = new WeakReference<>(this);
            CompletableFuture.delayedExecutor((long) (STALL_SECONDS * 1000), TimeUnit.MILLISECONDS).execute(() -> {
                StreamSession session = weak.get();
                if (session != null && session.waitingSince == since && session.state == StreamState.RUNNING) {
                    session.tell(new StreamEvent.SourceStalled(STALL_SECONDS));
                }
            });
        }
    }

    private void end() {
        synchronized (inbox) {
            if (state != StreamState.RUNNING) {
                return;
            }
            change(StreamState.ENDED);
        }
        if (holdings.source != null) {
            tell(new StreamEvent.SourceEnded(conductor.until(), conductor.sourceProblem()));
        }
        holdings.lane.settle();
        queue.end();
    }

    /** On the decoder's thread. */
    private void note(DecodeLane.Outcome outcome) {
        var task = outcome.task();
        stats = stats.after(
                outcome.frames(), task.makeMillis(), outcome.decodeMillis(), networks.info().size().fps(), options.overlap(),
                (System.nanoTime() - opened) / 1e6);
        long block = task.head().block();
        tell(new StreamEvent.BlockDone(block, task.head().frame(), outcome.frames(), task.makeMillis(), outcome.decodeMillis(), outcome.drift()));
        if (outcome.alarm()) {
            tell(new StreamEvent.Drifted(block, outcome.drift()));
        }
        wake();
    }

    private void fail(Throwable reason) {
        List<Command> left;
        synchronized (inbox) {
            if (state == StreamState.CLOSED || state == StreamState.FAILED) {
                return;
            }
            change(StreamState.FAILED);
            left = List.copyOf(inbox);
            inbox.clear();
        }
        left.forEach(c -> c.refuse(reason));
        queue.fail(reason);
        release.clean();
    }
}
