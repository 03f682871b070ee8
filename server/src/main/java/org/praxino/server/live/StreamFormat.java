package org.praxino.server.live;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Video formats of live sessions. */
enum StreamFormat {
    JPEG,
    VP9,
    FMP4;

    static Optional<StreamFormat> of(String name) {
        return Arrays.stream(values()).filter(f -> f.text().equals(name)).findFirst();
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
