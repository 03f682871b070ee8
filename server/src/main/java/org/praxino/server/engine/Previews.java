package org.praxino.server.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.Badge;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobBoard;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.VideoModel;

/** Small pictures of a clip while it is made, marked as generated, for those who look: at most two a second, and none where nobody does. */
final class Previews implements Consumer<Frame> {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Job job;
    private final ModelInfo model;
    private final JobBoard board;
    private long last = System.nanoTime() - PAUSE;

    Previews(Job job, ModelInfo model, JobBoard board) {
        this.job = job;
        this.model = model;
        this.board = board;
    }

    @Override
    public void accept(Frame newest) {
        long now = System.nanoTime();
        if (now - last >= PAUSE && board.watched(job.id())) {
            last = now;
            JobSpec spec = job.spec();
            var metadata = new GeneratedMetadata(spec.prompt(), spec.seed(), model.name(), model.hash(), VideoModel.version(), new TreeMap<>(Map.of("task", "preview")));
            board.show(job.id(), ClipFiles.small(spec.badge() ? Badge.on(newest) : newest, metadata));
        }
    }
}
