package org.praxino.app;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.praxino.app.cli.Console;
import org.praxino.media.Frame;
import org.praxino.media.MediaException;
import org.praxino.media.VideoWriter;
import org.praxino.media.WriteOptions;

/** The files that a stream is written to, or standard output. Closing removes what is not finished. */
final class StreamOutputs implements AutoCloseable {
    private final Map<String, VideoWriter> writers = new LinkedHashMap<>();
    private long frames;

    private StreamOutputs() {}

    static StreamOutputs open(List<String> names, WriteOptions options, Console console) {
        var outputs = new StreamOutputs();
        boolean done = false;
        try {
            for (String name : names) {
                outputs.writers.put(name, name.equals(OutputNames.PIPE) ? VideoWriter.y4m(console.raw(), options) : VideoWriter.open(name, options));
            }
            done = true;
            return outputs;
        } finally {
            if (!done) {
                outputs.close();
            }
        }
    }

    /** Frames written so far. */
    long frames() {
        return frames;
    }

    /** @return false when the reader of standard output has closed it */
    boolean write(Frame frame) {
        for (var output : List.copyOf(writers.entrySet())) {
            try {
                output.getValue().write(frame);
            } catch (MediaException e) {
                writers.remove(output.getKey()); // it has removed its traces; the others can still be finished
                if (output.getKey().equals(OutputNames.PIPE) && e.getCause() instanceof IOException io
                        && String.valueOf(io.getMessage()).contains("Broken pipe")) {
                    return false;
                }
                throw e;
            }
        }
        frames++;
        return true;
    }

    /** Completes every file. When one cannot be, the others are all the same. @return names of those written */
    List<String> finish() {
        if (frames == 0) {
            return List.of();
        }
        RuntimeException failure = null;
        for (var output : List.copyOf(writers.entrySet())) {
            try {
                output.getValue().finish();
            } catch (RuntimeException e) {
                writers.remove(output.getKey());
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return List.copyOf(writers.keySet());
    }

    @Override
    public void close() {
        writers.values().forEach(VideoWriter::close);
    }
}
