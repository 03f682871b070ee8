package org.praxino.media;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to a file. The file appears under its name only when {@link #finish} has succeeded; {@link #abort}, or closing without
 * finishing, leaves nothing behind. All frames have one size; frames with alpha are laid over the background where the format has none.
 * Everything that goes wrong is a {@link MediaException} of one sentence. A writer belongs to one thread at a time.
 *
 * <pre>{@code
 * try (var writer = VideoWriter.open("wheel.mp4", WriteOptions.generated(12, metadata))) {
 *     frames.forEach(writer::write);
 *     writer.finish();
 * }
 * }</pre>
 */
public final class VideoWriter implements AutoCloseable {
    private enum State { OPEN, FINISHED, ABORTED }

    private final Path output;
    private final OutputFormat format;
    private final WriteOptions options;
    private final @Nullable OutputTarget target; // null when writing to a stream
    private final @Nullable OutputStream stream;
    private @Nullable FrameSink sink; // opened when the first frame gives the size
    private @Nullable Frame first;
    private long frames;
    private State state = State.OPEN;

    private VideoWriter(Path output, OutputFormat format, WriteOptions options, @Nullable OutputTarget target, @Nullable OutputStream stream) {
        this.output = output;
        this.format = format;
        this.options = options;
        this.target = target;
        this.stream = stream;
    }

    /** Opens a file; its name gives the format. see {@link OutputFormat#SUPPORTED}. Unwritable places are refused here. */
    public static VideoWriter open(String output, WriteOptions options) {
        return open(Path.of(output), OutputFormat.of(output), options);
    }

    /** Opens a file whose name gives the format. */
    public static VideoWriter open(Path output, WriteOptions options) {
        return open(output, OutputFormat.of(output.toString()), options);
    }

    /** Opens a file of a given format, whatever its name. */
    public static VideoWriter open(Path output, OutputFormat format, WriteOptions options) {
        format.check(options);
        OutputTarget target = format == OutputFormat.PNG_SEQUENCE ? OutputFolderTarget.create(output) : OutputFileTarget.create(output);
        return new VideoWriter(output, format, options, target, null);
    }

    /** Writes raw YUV4MPEG2 to a stream such as standard output. The stream is flushed at the end and never closed. */
    public static VideoWriter y4m(OutputStream stream, WriteOptions options) {
        OutputFormat.Y4M.check(options);
        return new VideoWriter(Path.of("standard output"), OutputFormat.Y4M, options, null, stream);
    }

    /** Adds a frame. */
    public void write(Frame frame) {
        expectOpen();
        Frame shown = format.keepsAlpha() ? frame : FrameAlpha.over(frame, options.background());
        if (first == null) {
            first = shown;
        } else if (shown.width() != first.width() || shown.height() != first.height() || shown.channels() != first.channels()) {
            throw new IllegalArgumentException("frame %d is %s with %d channels, but the first was %s with %d"
                    .formatted(frames, shown.size(), shown.channels(), first.size(), first.channels()));
        }
        attempt(() -> {
            if (sink == null) {
                sink = openSink(shown);
            }
            sink.add(shown);
            frames++;
        });
    }

    private FrameSink openSink(Frame first) throws IOException {
        return switch (target) {
            case null -> new Y4mSink(Objects.requireNonNull(stream), options);
            case OutputFolderTarget folder -> new PngSequenceSink(folder, options);
            case OutputFileTarget file -> switch (format) {
                case MP4, WEBM, WEBP -> EncodedSink.open(format, file.working(), first, options);
                case GIF -> new GifSink(file.working(), options);
                case APNG -> new ApngSink(file.working(), options);
                case PNG -> new SheetSink(file.working(), options);
                case Y4M -> new Y4mSink(file.working(), options);
                case PNG_SEQUENCE -> throw new IllegalStateException("a sequence goes to a folder");
            };
        };
    }

    /** Completes and publishes the file. */
    public void finish() {
        expectOpen();
        if (sink == null) {
            abort();
            throw new MediaException("cannot write '" + output + "': there is not one frame to write");
        }
        FrameSink whole = sink;
        attempt(() -> {
            whole.finish();
            whole.close();
            sink = null;
            if (target instanceof OutputFileTarget file && options.metadata() != null) {
                MetadataWriter.complete(file.working(), output, format, options.metadata());
            }
            if (target != null) {
                target.commit();
            }
        });
        state = State.FINISHED;
    }

    /** How many frames have been written. */
    public long frames() {
        return frames;
    }

    /** Aborts and deletes what was written so far. Does nothing once finished. */
    public void abort() {
        if (state == State.OPEN) {
            state = State.ABORTED;
            if (sink != null) {
                sink.close();
                sink = null;
            }
            if (target != null) {
                target.discard();
            }
        }
    }

    /** Aborts unless finished. */
    @Override
    public void close() {
        abort();
    }

    private interface WriteStep {
        void run() throws IOException;
    }

    /** A failed step ends the writer and removes its traces. */
    private void attempt(WriteStep step) {
        boolean done = false;
        try {
            step.run();
            done = true;
        } catch (IOException e) {
            throw WriteErrors.of(output, e);
        } finally {
            if (!done) {
                abort();
            }
        }
    }

    private void expectOpen() {
        if (state != State.OPEN) {
            throw new IllegalStateException("the writer of '" + output + "' is " + state.name().toLowerCase(Locale.ROOT));
        }
    }
}
