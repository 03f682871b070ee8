package org.praxino.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of a command that writes its result as JSON when asked to. */
public interface JsonResult {
    /** The file asked for, {@link JsonOption#STANDARD_OUTPUT}, or null. */
    @Nullable Path json();
}
