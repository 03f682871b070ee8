package org.praxino.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import picocli.CommandLine.Option;

/** The {@code --json} option. */
public final class JsonOption {
    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result to a JSON file.")
    private @Nullable Path file;

    /** The file asked for, or null. @throws org.praxino.tensor.UserException when it cannot be written: before the work, not after it */
    public @Nullable Path checked() {
        if (file != null) {
            AtomicFiles.requireWritable(file);
        }
        return file;
    }
}
