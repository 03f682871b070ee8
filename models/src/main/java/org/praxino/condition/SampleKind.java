package org.praxino.condition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Whether the latent frames of a batch element are one clip or independent images. */
public enum SampleKind {
    /** A clip: frames see each other. */
    CLIP,
    /** 1 + t independent images (or a single one, 1 + 0): no frame sees another. W.A.L.T trains on them together with clips. */
    IMAGES;

    /** {@code batch} times the same. */
    public static List<SampleKind> all(SampleKind kind, int batch) {
        return Collections.nCopies(batch, kind);
    }

    /** Neighbouring batch elements of one kind. */
    public record Run(SampleKind kind, int start, int count) {
        public static List<Run> of(List<SampleKind> kinds) {
            var runs = new ArrayList<Run>();
            for (int b = 0; b < kinds.size(); b++) {
                boolean same = !runs.isEmpty() && runs.getLast().kind == kinds.get(b);
                Run before = same ? runs.removeLast() : new Run(kinds.get(b), b, 0);
                runs.add(new Run(before.kind, before.start, before.count + 1));
            }
            return runs;
        }
    }
}
