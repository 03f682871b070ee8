package org.praxino.condition;

import java.util.Collections;
import java.util.List;

/** What the latent frames of one batch element are to each other. */
public enum Kind {
    /** One moving picture: frames see each other. */
    CLIP,
    /** 1 + t pictures of their own (or a single one, 1 + 0): no frame sees another. W.A.L.T trains them beside clips. */
    IMAGES;

    /** {@code batch} times the same. */
    public static List<Kind> all(Kind kind, int batch) {
        return Collections.nCopies(batch, kind);
    }
}
