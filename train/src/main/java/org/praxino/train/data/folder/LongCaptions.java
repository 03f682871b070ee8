package org.praxino.train.data.folder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.praxino.train.data.CaptionLimit;
import org.praxino.train.data.PreparationReport;

/** How captions are treated that are too long for the bundled text encoder ({@link CaptionLimit}). */
public enum LongCaptions {
    /** They are left out, and files without another caption with them. */
    SKIP,
    /** Their end is left out. */
    CUT,
    /** They stay, for models with another text encoder, such as Wan's. */
    KEEP;

    /**
     * {@code wordings} by file, with this done.
     *
     * @param skipped receives files that are left out
     * @param notes receives captions that are left out or cut, of files that are used
     */
    Map<String, List<String>> applyTo(
            Map<String, List<String>> wordings, List<PreparationReport.Skipped> skipped, List<PreparationReport.Skipped> notes) {
        if (this == KEEP) {
            return wordings;
        }
        var kept = new LinkedHashMap<String, List<String>>();
        try (var limit = new CaptionLimit()) {
            wordings.forEach((file, captions) -> {
                var fitting = new LinkedHashSet<String>();
                var tooLong = new ArrayList<PreparationReport.Skipped>();
                for (String caption : captions) {
                    if (limit.fits(caption)) {
                        fitting.add(caption);
                    } else if (this == CUT) {
                        fitting.add(limit.cut(caption));
                        tooLong.add(new PreparationReport.Skipped(file, limit.problem(caption) + ": its end is left out"));
                    } else {
                        tooLong.add(new PreparationReport.Skipped(file, limit.problem(caption) + ": shorten it, or give --long-captions cut"));
                    }
                }
                if (fitting.isEmpty()) {
                    skipped.addAll(tooLong);
                } else {
                    tooLong.forEach(t -> notes.add(PreparationReport.Skipped.note(t.file(), t.reason())));
                }
                if (!fitting.isEmpty()) {
                    kept.put(file, List.copyOf(fitting));
                }
            });
        }
        return kept;
    }
}
