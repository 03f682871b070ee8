package org.praxino.train.data;

import java.util.List;
import org.praxino.tensor.UserException;

/** A folder without usable files, with the reason for each file and line. */
public final class NothingUsableException extends UserException {
    private static final long serialVersionUID = 1;

    private final transient List<PreparationReport.Skipped> skipped;

    public NothingUsableException(String sentence, List<PreparationReport.Skipped> skipped) {
        super(sentence + (skipped.isEmpty() ? "" : " The first of " + skipped.size() + (skipped.size() == 1 ? " reason" : " reasons") + ": "
                + skipped.getFirst().file() + ": " + skipped.getFirst().reason()));
        this.skipped = List.copyOf(skipped);
    }

    /** The files and lines that cannot be used. */
    public List<PreparationReport.Skipped> skipped() {
        return skipped;
    }
}
