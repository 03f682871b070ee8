package org.praxino.stream;

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
import org.praxino.stream.StreamState.Move;

/**
 * What a session is doing, what was asked of it and waits for the next gap between two blocks, and who wants to know. State and requests
 * change together, so that what was accepted is done or refused, and nothing is accepted too late. For any threads.
 */
final class Desk {
    /** Something to do between two blocks, and an answer to it. */
    private record Request<T>(Supplier<T> work, CompletableFuture<T> answer) {
        void run() {
            try {
                T value = work.get();
                Thread.startVirtualThread(() -> answer.complete(value)); // what hangs on it must not hold up the engine
            } catch (RuntimeException e) {
                refuse(e);
            }
        }

        void refuse(Throwable reason) {
            Thread.startVirtualThread(() -> answer.completeExceptionally(reason));
        }
    }

    private final Deque<Request<?>> inbox = new ArrayDeque<>();
    private final List<Consumer<StreamEvent>> listeners = new CopyOnWriteArrayList<>();
    private volatile StreamState state = StreamState.RUNNING;

    StreamState state() {
        return state;
    }

    void listen(Consumer<StreamEvent> listener) {
        listeners.add(listener);
    }

    /** A listener that breaks is not asked again. */
    void tell(StreamEvent event) {
        for (Consumer<StreamEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                listeners.remove(listener);
            }
        }
    }

    /**
     * Takes a request.
     *
     * @param next state from now on, or null for the same
     * @throws org.praxino.tensor.UserException when this cannot be asked now
     */
    <T> CompletableFuture<T> ask(Move move, @Nullable StreamState next, Supplier<T> work) {
        var answer = new CompletableFuture<T>();
        synchronized (inbox) {
            move.check(state);
            if (next != null) {
                change(next);
            }
            inbox.add(new Request<>(work, answer));
        }
        return answer;
    }

    /** Does what was asked so far; on the engine's thread. */
    void work() {
        for (Request<?> next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private @Nullable Request<?> next() {
        synchronized (inbox) {
            return inbox.poll();
        }
    }

    /** Goes from one state to another. @return false when it was in neither of {@code from} */
    boolean go(StreamState next, StreamState first, StreamState... more) {
        synchronized (inbox) {
            if (!EnumSet.of(first, more).contains(state)) {
                return false;
            }
            change(next);
            return true;
        }
    }

    /** Goes to a last state, and refuses what still waits. @return false when it was in a last state already */
    boolean end(StreamState last, Throwable reason) {
        List<Request<?>> left;
        synchronized (inbox) {
            if (!go(last, StreamState.RUNNING, StreamState.PAUSED, StreamState.ENDED)
                    && !(last == StreamState.CLOSED && go(last, StreamState.FAILED))) {
                return false;
            }
            left = new ArrayList<>(inbox);
            inbox.clear();
        }
        left.forEach(r -> r.refuse(reason));
        return true;
    }

    private void change(StreamState next) {
        if (state != next) {
            state = next;
            tell(new StreamEvent.StateChanged(next));
        }
    }
}
