package org.praxino.stream.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamState;
import org.praxino.stream.StreamState.Operation;
import org.praxino.tensor.RequestedAt;

/**
 * The state of a session, the requests that wait for the next block boundary, and the event listeners. State and requests change under one
 * lock, so that every accepted request is either run or failed. Thread-safe.
 */
public final class SessionRequests {
    /** A request to run between two blocks, its future, and where it was made. */
    private record Request<T>(Supplier<T> work, CompletableFuture<T> answer, RequestedAt caller) {
        void run() {
            try {
                T value = work.get();
                Thread.startVirtualThread(() -> answer.complete(value)); // callbacks must not block the engine
            } catch (Throwable e) { // of an Error, too, somebody waits to hear
                fail(e);
            }
        }

        void fail(Throwable reason) {
            reason.addSuppressed(caller);
            Thread.startVirtualThread(() -> answer.completeExceptionally(reason));
        }
    }

    private final Deque<Request<?>> pending = new ArrayDeque<>();
    private final List<Consumer<StreamEvent>> listeners = new CopyOnWriteArrayList<>();
    private volatile StreamState state = StreamState.RUNNING;

    public StreamState state() {
        return state;
    }

    public void addListener(Consumer<StreamEvent> listener) {
        listeners.add(listener);
    }

    /** Notifies all listeners. A listener that throws is removed. */
    public void publish(StreamEvent event) {
        for (Consumer<StreamEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException | Error e) {
                listeners.remove(listener);
            }
        }
    }

    /**
     * Queues a request.
     *
     * @param next new state, or null to keep the state
     * @throws org.praxino.tensor.UserException if the state does not allow the operation
     */
    public <T> CompletableFuture<T> submit(Operation operation, @Nullable StreamState next, Supplier<T> work) {
        var answer = new CompletableFuture<T>();
        var caller = new RequestedAt();
        synchronized (pending) {
            operation.check(state);
            if (next != null) {
                change(next);
            }
            pending.add(new Request<>(work, answer, caller));
        }
        return answer;
    }

    /** Runs all pending requests. On the engine's thread. */
    public void runPending() {
        for (Request<?> next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private @Nullable Request<?> next() {
        synchronized (pending) {
            return pending.poll();
        }
    }

    /** Changes the state. @return false if the state was none of those given */
    public boolean transition(StreamState next, StreamState first, StreamState... more) {
        synchronized (pending) {
            if (!EnumSet.of(first, more).contains(state)) {
                return false;
            }
            change(next);
            return true;
        }
    }

    /** Changes to a terminal state and fails all pending requests. @return false if the state was already terminal */
    public boolean terminate(StreamState last, Throwable reason) {
        List<Request<?>> left;
        synchronized (pending) {
            if (!transition(last, StreamState.RUNNING, StreamState.PAUSED, StreamState.ENDED)
                    && !(last == StreamState.CLOSED && transition(last, StreamState.FAILED))) {
                return false;
            }
            left = new ArrayList<>(pending);
            pending.clear();
        }
        left.forEach(r -> r.fail(reason));
        return true;
    }

    private void change(StreamState next) {
        if (state != next) {
            state = next;
            publish(new StreamEvent.StateChanged(next));
        }
    }
}
