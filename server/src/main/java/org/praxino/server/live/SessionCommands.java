package org.praxino.server.live;

import java.nio.file.Path;
import java.util.List;
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

/** Executes a client's commands on its session. Every command is answered; one that throws has no effect. Thread-safe. */
final class SessionCommands {
    private final SessionProperties properties;
    private final StreamSession stream;
    private final boolean hasInput;
    private final SessionLock lock;
    private final ClientChannel channel;
    private final SessionEvents events;
    private final PendingUpdates updates;
    private final FrameSender sender;

    /** @param hasInput whether the stream has input (video to video) */
    SessionCommands(SessionProperties properties, StreamSession stream, boolean hasInput, SessionLock lock, ClientChannel channel,
            SessionEvents events, PendingUpdates updates, FrameSender sender) {
        this.properties = properties;
        this.stream = stream;
        this.hasInput = hasInput;
        this.lock = lock;
        this.channel = channel;
        this.events = events;
        this.updates = updates;
        this.sender = sender;
    }

    // ------------------------------------------------------------------ updates

    void update(UpdateRequest request, @Nullable String event) {
        long now = System.nanoTime();
        try (var handle = lock.lock()) {
            if (request.strength() != null && !hasInput) {
                throw LiveError.at("strength", "wrong_state", "this session follows no input: strength has no meaning");
            }
            if (request.update() != null && request.update().image() != null && hasInput) {
                throw LiveError.at("image", "wrong_state", "this session follows input and takes no picture");
            }
            sender.updateRequested();
            CompletableFuture<AppliedUpdate> answer;
            try {
                answer = request.strength() == null ? stream.update(Objects.requireNonNull(request.update()))
                        : request.update() == null ? stream.strength(request.strength())
                        : stream.strength(request.strength()).thenCompose(a -> stream.update(Objects.requireNonNull(request.update())));
            } catch (UserException e) {
                sender.updateAnswered();
                throw LiveError.of("wrong_state", e.getMessage());
            }
            boolean immediate = request.update() != null && request.update().when() instanceof StreamUpdate.Now;
            answer.whenComplete((at, error) -> onUpdated(event, warnings(request), at, error, now, immediate));
        }
    }

    private List<String> warnings(UpdateRequest request) {
        String prompt = request.update() == null ? null : request.update().prompt();
        return prompt == null ? List.of() : stream.promptWarnings(prompt);
    }

    private void onUpdated(@Nullable String event, List<String> warnings, @Nullable AppliedUpdate at, @Nullable Throwable error, long asked, boolean immediate) {
        try (var handle = lock.lock()) {
            sender.updateAnswered();
            if (at != null) {
                for (PendingUpdates.Update superseded : updates.add(new PendingUpdates.Update(event, at, asked), immediate)) {
                    channel.sendMessage(ServerMessages.rejected(superseded.event(), LiveError.of("superseded", "replaced by another update")));
                }
                channel.sendMessage(ServerMessages.withWarnings(ServerMessages.withPosition(SendQueue.message("update.accepted", event), at), warnings));
            } else {
                LiveError why = LiveErrors.ofRequest(error);
                channel.sendMessage(ServerMessages.rejected(event, why.code().equals("not_possible")
                        ? LiveError.of("invalid_value", why.getMessage()) : why));
            }
        }
    }

    // ------------------------------------------------------------------ pause and rewind

    void pause(@Nullable String event) {
        try (var handle = lock.lock()) {
            if (sender.paused()) {
                throw LiveError.of("wrong_state", "the session is paused already");
            }
            if (sender.ended()) {
                throw LiveError.of("wrong_state", "the session has ended");
            }
            sender.setPaused(true);
            sender.pauseStream();
            channel.sendMessage(ServerMessages.withEventId(events.state(sender.state()), event));
        }
    }

    void resume(@Nullable String event) {
        try (var handle = lock.lock()) {
            if (!sender.paused()) {
                throw LiveError.of("wrong_state", "the session is not paused");
            }
            sender.setPaused(false);
            sender.resumeStream();
            channel.sendMessage(ServerMessages.withEventId(events.state(sender.state()), event));
        }
    }

    void rewind(long block, @Nullable String event) {
        try (var handle = lock.lock()) {
            hold(() -> stream.rewind(block)).whenComplete((at, error) -> onRewound(event, at, error));
        }
    }

    private void onRewound(@Nullable String event, @Nullable AppliedUpdate at, @Nullable Throwable error) {
        try (var handle = lock.lock()) {
            sender.unhold();
            if (at != null) {
                sender.onSeek();
                events.onSeek();
                channel.seeked(at.frame());
                channel.sendMessage(ServerMessages.withEventId(SendQueue.message("session.rewound", null), event).put("run", channel.run())
                        .put("block", at.block())
                        .put("frame", at.frame()));
            } else {
                channel.sendError(LiveErrors.ofRequest(error), event);
            }
        }
    }

    /** Starts an operation during which no frame is read; the caller must call {@code unhold}. */
    private <T> CompletableFuture<T> hold(Supplier<CompletableFuture<T>> what) {
        try {
            CompletableFuture<T> answer = what.get();
            sender.hold();
            return answer;
        } catch (UserException e) {
            throw LiveError.of("wrong_state", e.getMessage());
        }
    }

    // ------------------------------------------------------------------ fork and snapshot

    private <T> CompletableFuture<T> held(Supplier<CompletableFuture<T>> what) {
        try (var handle = lock.lock()) {
            return hold(what).whenComplete((value, error) -> {
                try (var again = lock.lock()) {
                    sender.unhold();
                }
            });
        }
    }

    /** Forks the stream at the next frame to send. @param to receives the fork and the number of that frame */
    CompletableFuture<AppliedUpdate> fork(BiConsumer<StreamSession, Long> to) {
        return held(() -> {
            long next = sender.nextFrame();
            long block = events.nextBlock();
            return stream.fork().thenApply(second -> {
                to.accept(second, next);
                return new AppliedUpdate(block, next, next / properties.fps());
            });
        });
    }

    /** Saves a snapshot. @param facts receives the number of the next frame once the file is written */
    CompletableFuture<AppliedUpdate> snapshot(Path file, LongConsumer onSaved) {
        return held(() -> {
            long next = sender.nextFrame();
            return stream.snapshot(file).thenApply(at -> {
                onSaved.accept(next);
                return at;
            });
        });
    }
}
