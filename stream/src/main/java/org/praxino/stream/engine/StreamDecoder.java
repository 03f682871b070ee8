package org.praxino.stream.engine;

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
import org.praxino.stream.StreamedFrame;
import org.praxino.stream.drift.Drift;
import org.praxino.stream.drift.DriftDetector;
import org.praxino.stream.drift.DriftOptions;
import org.praxino.tensor.Scope;
import org.praxino.tensor.Tensor;

/** Decodes blocks of latents to frames, in order, and measures drift. Its state belongs to the decoder's thread; other threads use {@link #call}. */
public final class StreamDecoder {
    /**
     * A block to decode.
     *
     * @param position of the stream before the block
     * @param latents [1, C, b, H, W], owned and closed by the decoder
     * @param checkpoint to complete before decoding, or null
     * @param newScene whether it begins a scene, with a fresh decoder state
     * @param endsRollout whether it ends a roll-out; the next roll-out shows the rest of its frames
     * @param from number of the first frame to show
     * @param until number of the first frame after the end
     * @param makeMillis time taken to generate and cache the block, completed by the engine
     */
    public record Task(
            StreamPosition position, Tensor latents, @Nullable StreamCheckpoint checkpoint, boolean newScene, boolean endsRollout,
            long from, long until, Future<Double> makeMillis) {}

    /** The result of decoding a block. */
    public record Result(Task task, int frames, double decodeMillis, Drift drift, boolean alarm) {}

    private final VideoCodec codec;
    private final Executor thread;
    private final DriftOptions driftOptions;
    private VideoCodec.Streaming decoder;
    private DriftDetector detector;
    private boolean alarm;
    private @Nullable Tensor overlapFrame; // [1, 3, 1, H, W], owned

    /** @param codec owned by the caller @param thread runs one task at a time, in order */
    StreamDecoder(VideoCodec codec, Executor thread, DriftOptions options) {
        this.codec = codec;
        this.thread = thread;
        this.driftOptions = options;
        this.decoder = codec.openDecoder();
        this.detector = new DriftDetector(options);
    }

    /** Decodes a block asynchronously. Calls either {@code done} or {@code failed}, on the decoder's thread. */
    void submit(Task task, Consumer<List<StreamedFrame>> frames, Consumer<Result> done, Consumer<Throwable> failed) {
        thread.execute(() -> {
            Result result;
            try (var scope = Scope.open("decode block")) {
                result = decode(task, frames);
            } catch (Throwable t) {
                failed.accept(t);
                return;
            } finally {
                task.latents.close();
            }
            done.accept(result);
        });
    }

    private Result decode(Task task, Consumer<List<StreamedFrame>> sink) {
        long start = System.nanoTime();
        if (task.checkpoint != null) {
            task.checkpoint.setDecoderState(state());
        }
        if (task.newScene) {
            decoder.close();
            decoder = codec.openDecoder();
        }
        if (task.position.block() <= task.position.anchorBlock()) {
            detector.resetAnchor((int) Math.min(1 << 20, task.position.anchorBlock() - task.position.block()));
        }
        var all = new ArrayList<Frame>();
        int latents = task.endsRollout ? 1 : (int) task.latents.size(2);
        for (int t = 0; t < latents; t++) { // one at a time, so that the first frames leave early
            try (var scope = Scope.open("latent frame")) {
                Tensor video = decoder.next(task.latents.narrow(2, t, 1)); // [1, 3, T, H, W]
                if (task.endsRollout) {
                    int shown = (int) video.size(2) - 1;
                    keepOverlapFrame(video.narrow(2, shown, 1));
                    video = video.narrow(2, 0, shown);
                }
                List<Frame> frames = VideoTensors.toFrames(video.squeeze(0));
                sink.accept(visible(frames, task, task.position.frame() + all.size(), t == latents - 1));
                all.addAll(frames);
            }
        }
        DriftDetector.Result verdict = detector.measure(all);
        alarm = verdict.alarm();
        return new Result(task, all.size(), (System.nanoTime() - start) / 1e6, verdict.drift(), alarm);
    }

    /** @param last whether they end the block */
    private static List<StreamedFrame> visible(List<Frame> frames, Task task, long number, boolean last) {
        var out = new ArrayList<StreamedFrame>();
        for (int i = 0; i < frames.size(); i++) {
            if (number + i >= task.from && number + i < task.until) {
                boolean ends = last && i == frames.size() - 1 || number + i == task.until - 1;
                out.add(new StreamedFrame(number + i, task.position.block(), frames.get(i), ends));
            }
        }
        return out;
    }

    private void keepOverlapFrame(@Nullable Tensor frame) {
        if (overlapFrame != null) {
            overlapFrame.close();
        }
        overlapFrame = frame == null ? null : frame.copy().own();
    }

    /** The frame that the next roll-out begins with, in the caller's scope. Waits for the block that ends with it. */
    Tensor overlapFrame() {
        awaitPending();
        return java.util.Objects.requireNonNull(overlapFrame, "no roll-out has ended").copy();
    }

    private StreamCheckpoint.DecoderState state() {
        try (var scope = Scope.open("decoder state")) {
            Tensor kept = overlapFrame == null ? null : overlapFrame.copy().own();
            return new StreamCheckpoint.DecoderState(StreamCheckpoint.owned(decoder.state()), kept, detector.state(), alarm);
        }
    }

    /** Decodes latents without showing them, to set up the decoder's state. @param latents [1, C, T', H, W] */
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

    /** Saves the decoder's state into a checkpoint, after all submitted blocks. */
    void saveState(StreamCheckpoint checkpoint) {
        call(() -> {
            checkpoint.setDecoderState(state());
            return true;
        });
    }

    /** Restores a state, after all submitted blocks. */
    void restore(StreamCheckpoint.DecoderState state) {
        call(() -> {
            decoder.restore(state.decoder());
            try (var scope = Scope.open("joint")) {
                keepOverlapFrame(state.overlapFrame());
            }
            detector = new DriftDetector(driftOptions, state.driftState());
            alarm = state.alarm();
            return true;
        });
    }

    /** Waits until all submitted blocks are decoded. */
    public void awaitPending() {
        call(() -> true);
    }

    /** Releases its memory, after all submitted blocks. */
    void close() {
        call(() -> {
            decoder.close();
            keepOverlapFrame(null);
            return true;
        });
    }

    private <T> T call(Supplier<T> what) {
        CompletableFuture<T> done;
        try {
            done = CompletableFuture.supplyAsync(what, thread);
        } catch (RejectedExecutionException e) {
            return what.get(); // the thread has ended: no other thread uses the state
        }
        try {
            return done.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException r ? r : e;
        }
    }
}
