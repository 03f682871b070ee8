package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.praxino.io.FileErrors;
import org.praxino.tensor.Progress;
import org.praxino.tensor.UserException;

/** Decodes files into a store on two threads, in order. Files that fail are skipped and listed in {@code skipped.jsonl}. */
public final class ClipDecoding implements AutoCloseable {

    private static final int THREADS = 2;

    private record Result(String file, ClipStoreWriter.@Nullable Packed clip, String problem) {}

    private final ClipStoreWriter writer;
    private final OrderedWorkers<Result> workers;
    private final List<PreparationReport.Skipped> skipped = new ArrayList<>();
    private final Path out;
    private int done;

    public ClipDecoding(Path out, int total, Progress progress) throws IOException {
        this.out = out;
        this.writer = new ClipStoreWriter(out);
        this.workers = new OrderedWorkers<>(THREADS, result -> {
            if (result.clip() == null) {
                skipped.add(new PreparationReport.Skipped(result.file(), result.problem()));
            } else {
                add(result.clip());
                if (!result.clip().note().isEmpty()) {
                    skipped.add(PreparationReport.Skipped.note(result.file(), result.clip().note()));
                }
            }
            progress.update(++done, total, "decoding");
        });
    }

    public void submit(String file, Callable<ClipStoreWriter.Packed> decode) throws IOException {
        workers.submit(() -> {
            try {
                return new Result(file, decode.call(), "");
            } catch (IOException | UserException e) {
                return new Result(file, null, String.valueOf(e.getMessage()));
            }
        });
    }

    private void add(ClipStoreWriter.Packed clip) {
        try {
            writer.add(clip);
        } catch (IOException e) {
            throw FileErrors.writing(out, e);
        }
    }

    public ClipStoreWriter.Totals finish() throws IOException {
        workers.finish();
        ClipStoreWriter.Totals totals;
        try {
            totals = writer.finish();
        } catch (IOException e) {
            throw FileErrors.writing(out, e);
        }
        ClipStoreFiles.writeLines(out.resolve(ClipStoreFiles.SKIPPED), skipped);
        return totals;
    }

    @Override
    public void close() throws IOException {
        try (writer) {
            workers.close();
        }
    }
}
