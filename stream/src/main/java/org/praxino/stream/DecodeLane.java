package org.praxino.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.praxino.codec.VideoCodec;
import org.praxino.media.Frame;
import org.praxino.media.VideoTensors;
import org.praxino.stream.drift.Drift;
import org.praxino.stream.drift.DriftGuard;
import org.praxino.stream.drift.DriftOptions;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/**
 * The second half of a stream: latents to frames to measurements, block after block in order, on the decoder's thread. What it holds is
 * touched there alone; {@link #call} is how others get at it.
 */
final class DecodeLane {
    /**
     * A block to be decoded.
     *
     * @param head before the block
     * @param latents [1, C, b, H, W], owned; the lane closes them
     * @param mark to be filled in before, or null
     * @param scene whether a new decoder begins with it
     * @param last whether it ends a roll-out: then the next one shows all but the frames before its joint
     * @param from number of the first frame that is wanted
     * @param until number of the first frame that is not wanted any more
     * @param makeMillis how long it took to make and cache, known when the engine has done that
     */
    record Task(Head head, Tensor latents, @Nullable Mark mark, boolean scene, boolean last, long from, long until, Future<Double> makeMillis) {}

    /** What came of a block. */
    record Outcome(Task task, int frames, double decodeMillis, Drift drift, boolean alarm) {}

    private final VideoCodec codec;
    private final Executor thread;
    private final DriftOptions options;
    private VideoCodec.Streaming decoder;
    private DriftGuard guard;
    private boolean alarm;
    private @Nullable Tensor joint; // [1, 3, 1, H, W], owned

    /** @param codec stays the caller's @param thread runs one task at a time in order */
    DecodeLane(VideoCodec codec, Executor thread, DriftOptions options) {
        this.codec = codec;
        this.thread = thread;
        this.options = options;
        this.decoder = codec.openDecoder();
        this.guard = new DriftGuard(options);
    }

    /** Decodes a block some time later. Exactly one of the two is told, on the lane's thread. */
    void submit(Task task, Consumer<List<StreamedFrame>> frames, Consumer<Outcome> done, Consumer<Throwable> failed) {
        thread.execute(() -> {
            Outcome outcome;
            try (var scope = Scope.open("decode block")) {
                outcome = decode(task, frames);
            } catch (Throwable t) {
                failed.accept(t);
                return;
            } finally {
                task.latents.close();
            }
            done.accept(outcome);
        });
    }

    private Outcome decode(Task task, Consumer<List<StreamedFrame>> sink) {
        long start = System.nanoTime();
        if (task.mark != null) {
            task.mark.fill(state());
        }
        if (task.scene) {
            decoder.close();
            decoder = codec.openDecoder();
        }
        if (task.head.block() <= task.head.anchorBlock()) {
            guard.anchorAnew((int) Math.min(1 << 20, task.head.anchorBlock() - task.head.block()));
        }
        var all = new ArrayList<Frame>();
        int latents = task.last ? 1 : (int) task.latents.size(2);
        for (int t = 0; t < latents; t++) { // one at a time: the first frames leave while the others are made
            try (var scope = Scope.open("latent frame")) {
                Tensor video = decoder.next(task.latents.narrow(2, t, 1)); // [1, 3, T, H, W]
                if (task.last) {
                    int shown = (int) video.size(2) - 1;
                    keepJoint(video.narrow(2, shown, 1));
                    video = video.narrow(2, 0, shown);
                }
                List<Frame> frames = VideoTensors.toFrames(video.squeeze(0));
                sink.accept(wanted(frames, task, task.head.frame() + all.size(), t == latents - 1));
                all.addAll(frames);
            }
        }
        DriftGuard.Verdict verdict = guard.see(all);
        alarm = verdict.alarm();
        return new Outcome(task, all.size(), (System.nanoTime() - start) / 1e6, verdict.drift(), alarm);
    }

    /** @param last whether they end the block */
    private static List<StreamedFrame> wanted(List<Frame> frames, Task task, long number, boolean last) {
        var out = new ArrayList<StreamedFrame>();
        for (int i = 0; i < frames.size(); i++) {
            if (number + i >= task.from && number + i < task.until) {
                boolean ends = last && i == frames.size() - 1 || number + i == task.until - 1;
                out.add(new StreamedFrame(number + i, task.head.block(), frames.get(i), ends));
            }
        }
        return out;
    }

    private void keepJoint(@Nullable Tensor frame) {
        if (joint != null) {
            joint.close();
        }
        joint = frame == null ? null : frame.copy().own();
    }

    /** The frame with which the next roll-out begins, in the caller's scope; waits for the block that ends with it. */
    Tensor joint() {
        settle();
        return java.util.Objects.requireNonNull(joint, "no roll-out has ended").copy();
    }

    private Mark.Decoded state() {
        try (var scope = Scope.open("decoder state")) {
            Tensor kept = joint == null ? null : joint.copy().own();
            return new Mark.Decoded(Mark.owned(decoder.state()), kept, guard.memory(), alarm);
        }
    }

    /** Decodes without showing, so that what follows goes on from it. @param latents [1, C, T', H, W] */
    void prime(Tensor latents) {
        call(() -> {
            for (int t = 0; t < latents.size(2); t++) {
                try (var scope = Scope.open("prime")) {
                    decoder.next(latents.narrow(2, t, 1));
                }
            }
            return true;
        });
    }

    /** Fills in a mark for the block after the last that was submitted; waits for that one. */
    void fill(Mark mark) {
        call(() -> {
            mark.fill(state());
            return true;
        });
    }

    /** Goes to a mark; what was submitted before is finished first. */
    void goTo(Mark.Decoded state) {
        call(() -> {
            decoder.restore(state.decoder());
            try (var scope = Scope.open("joint")) {
                keepJoint(state.joint());
            }
            guard = new DriftGuard(options, state.guard());
            alarm = state.alarm();
            return true;
        });
    }

    /** Waits until everything submitted is done. */
    void settle() {
        call(() -> true);
    }

    /** Frees what it holds, after everything submitted is done. */
    void close() {
        call(() -> {
            decoder.close();
            keepJoint(null);
            return true;
        });
    }

    private <T> T call(Supplier<T> what) {
        CompletableFuture<T> done;
        try {
            done = CompletableFuture.supplyAsync(what, thread);
        } catch (RejectedExecutionException e) {
            return what.get(); // the thread has ended, so nobody else touches what it held
        }
        try {
            return done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : e;
        }
    }
}
