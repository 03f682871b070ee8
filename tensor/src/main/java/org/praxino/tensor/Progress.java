package org.praxino.tensor;

/** Told how far a long piece of work has come. Implementations are quick and may be called from any thread. */
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
