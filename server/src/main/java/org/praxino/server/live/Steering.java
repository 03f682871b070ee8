package org.praxino.server.live;

import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.stream.AppliedUpdate;
import org.praxino.stream.StreamSession;
import org.praxino.stream.StreamUpdate;
import org.praxino.tensor.UserException;

/** What a client asks of its session while it plays. Every request is answered; one that throws has changed nothing. For any threads. */
final class Steering {
    private final Identity identity;
    private final StreamSession stream;
    private final boolean follows;
    private final Guard guard;
    private final Channel channel;
    private final News news;
    private final Updates updates;
    private final Pump pump;

    /** @param follows whether the stream follows input */
    Steering(Identity identity, StreamSession stream, boolean follows, Guard guard, Channel channel, News news, Updates updates, Pump pump) {
        this.identity = identity;
        this.stream = stream;
        this.follows = follows;
        this.guard = guard;
        this.channel = channel;
        this.news = news;
        this.updates = updates;
        this.pump = pump;
    }

    // ------------------------------------------------------------------ updates

    void update(Ask ask, @Nullable String event) {
        long now = System.nanoTime();
        try (var held = guard.take()) {
            if (ask.strength() != null && !follows) {
                throw LiveError.at("strength", "wrong_state", "this session follows no input: strength has no meaning");
            }
            if (ask.change() != null && ask.change().image() != null && follows) {
                throw LiveError.at("image", "wrong_state", "this session follows input and takes no picture");
            }
            pump.asked();
            CompletableFuture<AppliedUpdate> answer;
            try {
                answer = ask.strength() == null ? stream.update(Objects.requireNonNull(ask.change()))
                        : ask.change() == null ? stream.strength(ask.strength())
                        : stream.strength(ask.strength()).thenCompose(a -> stream.update(ask.change()));
            } catch (UserException e) {
                pump.answered();
                throw LiveError.of("wrong_state", e.getMessage());
            }
            boolean newFuture = ask.change() != null && ask.change().when() instanceof StreamUpdate.Now;
            answer.whenComplete((at, problem) -> updated(event, at, problem, now, newFuture));
        }
    }

    private void updated(@Nullable String event, @Nullable AppliedUpdate at, @Nullable Throwable problem, long asked, boolean newFuture) {
        try (var held = guard.take()) {
            pump.answered();
            if (at != null) {
                for (Updates.Waiting gone : updates.accept(new Updates.Waiting(event, at, asked), newFuture)) {
                    channel.tell(Says.rejected(gone.event(), LiveError.of("superseded", "another update took its place")));
                }
                channel.tell(Says.place(Outbox.message("update.accepted", event), at));
            } else {
                LiveError why = Breaks.asked(problem);
                channel.tell(Says.rejected(event, why.code().equals("not_possible") ? LiveError.of("invalid_value", why.getMessage()) : why));
            }
        }
    }

    // ------------------------------------------------------------------ to and fro

    void pause(@Nullable String event) {
        try (var held = guard.take()) {
            if (pump.paused()) {
                throw LiveError.of("wrong_state", "the session is paused already");
            }
            if (pump.ended()) {
                throw LiveError.of("wrong_state", "the session has ended");
            }
            pump.pause(true);
            pump.still();
            channel.tell(Says.answered(news.state(pump.state()), event));
        }
    }

    void resume(@Nullable String event) {
        try (var held = guard.take()) {
            if (!pump.paused()) {
                throw LiveError.of("wrong_state", "the session is not paused");
            }
            pump.pause(false);
            pump.goOn();
            channel.tell(Says.answered(news.state(pump.state()), event));
        }
    }

    void rewind(long block, @Nullable String event) {
        try (var held = guard.take()) {
            hold(() -> stream.rewind(block)).whenComplete((at, problem) -> moved(event, at, problem));
        }
    }

    private void moved(@Nullable String event, @Nullable AppliedUpdate at, @Nullable Throwable problem) {
        try (var held = guard.take()) {
            pump.letGo();
            if (at != null) {
                pump.moved();
                news.moved();
                channel.moved(at.frame());
                channel.tell(Says.answered(Outbox.message("session.rewound", null), event).put("run", channel.run()).put("block", at.block())
                        .put("frame", at.frame()));
            } else {
                channel.refuse(Breaks.asked(problem), event);
            }
        }
    }

    /** Asks for something during which no frame may be taken; who does must let go. */
    private <T> CompletableFuture<T> hold(Supplier<CompletableFuture<T>> what) {
        try {
            CompletableFuture<T> answer = what.get();
            pump.hold();
            return answer;
        } catch (UserException e) {
            throw LiveError.of("wrong_state", e.getMessage());
        }
    }

    // ------------------------------------------------------------------ second streams

    private <T> CompletableFuture<T> held(Supplier<CompletableFuture<T>> what) {
        try (var held = guard.take()) {
            return hold(what).whenComplete((value, problem) -> {
                try (var again = guard.take()) {
                    pump.letGo();
                }
            });
        }
    }

    /** A second stream that goes on with the frame that would be sent next. @param to is given it, and the number of that frame */
    CompletableFuture<AppliedUpdate> fork(BiConsumer<StreamSession, Long> to) {
        return held(() -> {
            long next = pump.next();
            long block = news.nextBlock();
            return stream.fork().thenApply(second -> {
                to.accept(second, next);
                return new AppliedUpdate(block, next, next / identity.fps());
            });
        });
    }

    /** Everything needed to go on, in a file. @param facts is given the number of the next frame once the file is there */
    CompletableFuture<AppliedUpdate> snapshot(Path file, LongConsumer facts) {
        return held(() -> {
            long next = pump.next();
            return stream.snapshot(file).thenApply(at -> {
                facts.accept(next);
                return at;
            });
        });
    }
}
