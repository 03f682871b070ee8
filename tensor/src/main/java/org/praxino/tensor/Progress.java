package org.praxino.tensor;

/** Receives the progress of a long operation. Implementations must be fast and thread-safe. */
@FunctionalInterface
public interface Progress {
    /** Reports nothing. */
    Progress SILENT = (done, total, note) -> {};

    /**
     * @param done units finished
     * @param total units in all, or -1 when unknown
     * @param note what is being done, in a few words
     */
    void update(long done, long total, String note);
}
