package org.praxino.app.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.praxino.io.AtomicFiles;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The {@code --json} option. */
public final class JsonOption {
    /** As typed: the JSON goes to standard output, and the text for people to standard error. */
    public static final Path STANDARD_OUTPUT = Path.of("-");

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the result to a file, as JSON; - is standard output.")
    private @Nullable Path file;

    @Mixin
    private final OverwriteOption overwrite = new OverwriteOption();

    /** The file asked for, or null. @throws org.praxino.tensor.UserException when it cannot be written: before the work, not after it */
    public @Nullable Path checked() {
        return file == null || file.equals(STANDARD_OUTPUT) ? file : checked(file);
    }

    /** Another file that a command writes beside the JSON, under the same rule; null stays null. */
    public @Nullable Path checked(@Nullable Path other) {
        if (other != null) {
            AtomicFiles.requireWritable(other);
            overwrite.check(other);
        }
        return other;
    }
}
