package org.praxino.server.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.praxino.io.model.ModelInfo;
import org.praxino.media.AiBadge;
import org.praxino.media.Frame;
import org.praxino.media.GeneratedMetadata;
import org.praxino.server.job.Job;
import org.praxino.server.job.JobProgressTracker;
import org.praxino.server.job.JobSpec;
import org.praxino.stream.VideoModel;

/** Publishes preview images of a running job, marked as generated: at most two per second, and only while a client watches. */
final class PreviewPublisher implements Consumer<Frame> {
    private static final long MIN_INTERVAL = TimeUnit.MILLISECONDS.toNanos(500);

    private final Job job;
    private final ModelInfo model;
    private final JobProgressTracker progress;
    private long last = System.nanoTime() - MIN_INTERVAL;

    PreviewPublisher(Job job, ModelInfo model, JobProgressTracker progress) {
        this.job = job;
        this.model = model;
        this.progress = progress;
    }

    @Override
    public void accept(Frame frame) {
        long now = System.nanoTime();
        if (now - last >= MIN_INTERVAL && progress.isWatched(job.id())) {
            last = now;
            JobSpec spec = job.spec();
            var metadata = new GeneratedMetadata(spec.prompt(), spec.seed(), model.name(), model.hash(), VideoModel.version(),
                    new TreeMap<>(Map.of("task", "preview")));
            progress.setPreview(job.id(), JobOutput.thumbnail(spec.badge() ? AiBadge.drawOn(frame) : frame, metadata));
        }
    }
}
