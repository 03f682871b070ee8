package org.praxino.train.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.Json;

/** Decoded frames of an earlier run. */
public record ExistingClipStore(DatasetInfo info) {

    /** The store in {@code out} if it has the same recipe, else null. */
    public static @Nullable ExistingClipStore of(Path out, String recipe) throws IOException {
        Path file = out.resolve(ClipStoreFiles.DATASET);
        if (!Files.isRegularFile(file)) {
            return null;
        }
        DatasetInfo info = Json.read(file, DatasetInfo.class);
        Path pixels = out.resolve(ClipStoreFiles.PIXELS);
        boolean same = info.recipe().equals(recipe) && Files.isRegularFile(pixels) && Files.size(pixels) == info.bytes();
        return same ? new ExistingClipStore(info) : null;
    }
}
