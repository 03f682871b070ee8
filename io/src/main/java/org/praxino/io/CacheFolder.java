package org.praxino.io;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The cache folder: unpacked libraries, converted weights. */
public final class CacheFolder {

    private CacheFolder() {}

    /**
     * The root: the system property {@code praxino.cache}, else the environment variable {@code PRAXINO_CACHE}, else
     * {@code praxino} in the user's cache folder ({@link UserFolders}). It may not exist yet.
     */
    public static Path root() {
        @Nullable String property = System.getProperty("praxino.cache");
        if (property != null && !property.isBlank()) {
            return Path.of(property);
        }
        @Nullable String variable = System.getenv("PRAXINO_CACHE");
        if (variable != null && !variable.isBlank()) {
            return Path.of(variable);
        }
        return UserFolders.cache();
    }
}
