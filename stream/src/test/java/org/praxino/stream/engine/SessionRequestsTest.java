package org.praxino.stream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.praxino.stream.StreamEvent;
import org.praxino.stream.StreamState;
import org.praxino.stream.StreamState.Operation;
import org.praxino.tensor.RequestedAt;

/** Whoever asked for something hears of it, whatever happens. */
class SessionRequestsTest {
    private final SessionRequests requests = new SessionRequests();

    @Test
    void aFutureCompletesOnEveryThrowable() {
        for (Throwable thrown : List.of(new IllegalStateException("broken"), new OutOfMemoryError("full"), new ExceptionInInitializerError("late"),
                new StackOverflowError(), new AssertionError("false"))) {
            for (Operation operation : List.of(Operation.PROMPT, Operation.FORK, Operation.SNAPSHOT, Operation.REWIND)) {
                CompletableFuture<Object> answer = requests.submit(operation, null, () -> {
                    throw SessionRequestsTest.<RuntimeException>sneaky(thrown);
                });
                requests.runPending();
                assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class).hasCause(thrown);
            }
        }
        assertThat(requests.state()).isEqualTo(StreamState.RUNNING);
    }

    @Test
    void aFailureNamesTheLineThatAsked() {
        CompletableFuture<Object> answer = requests.submit(Operation.PROMPT, null, () -> {
            throw new IllegalStateException("broken");
        });
        var engine = new Thread(requests::runPending);
        engine.start();
        assertThatThrownBy(answer::join).cause().satisfies(e -> assertThat(e.getSuppressed()).singleElement().satisfies(s -> {
            assertThat(s).isInstanceOf(RequestedAt.class);
            assertThat(s.getStackTrace()).anyMatch(at -> at.getMethodName().equals("aFailureNamesTheLineThatAsked"));
        }));
    }

    @Test
    void aListenerThatThrowsAnErrorIsRemoved() {
        var heard = new java.util.ArrayList<StreamEvent>();
        requests.addListener(e -> {
            heard.add(e);
            throw new StackOverflowError();
        });
        requests.publish(new StreamEvent.StateChanged(StreamState.PAUSED));
        requests.publish(new StreamEvent.StateChanged(StreamState.RUNNING));
        assertThat(heard).hasSize(1);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T sneaky(Throwable t) throws T {
        throw (T) t;
    }
}
