package org.praxino.server.live;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How frames travel. */
enum Format {
    JPEG,
    VP9,
    FMP4;

    static Optional<Format> of(String name) {
        return Arrays.stream(values()).filter(f -> f.text().equals(name)).findFirst();
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
