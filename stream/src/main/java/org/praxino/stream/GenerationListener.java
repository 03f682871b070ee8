package org.praxino.stream;

import org.praxino.tensor.Progress;

/** Receives the progress of generating a clip, on the computing thread. An exception aborts the generation. */
@FunctionalInterface
public interface GenerationListener {
    /** Ignores progress. */
    GenerationListener NONE = (done, total, phase) -> {};

    /** @param done steps or frames of this phase @param total of these */
    void update(long done, long total, Phase phase);

    /** Reports progress with the phase as text. */
    static GenerationListener of(Progress progress) {
        return (done, total, phase) -> progress.update(done, total, phase.text());
    }
}
