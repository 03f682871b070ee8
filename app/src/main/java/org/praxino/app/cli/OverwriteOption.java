package org.praxino.app.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.praxino.tensor.UserException;
import picocli.CommandLine.Option;

/** The {@code --force} option: files that exist are replaced only with it. */
public final class OverwriteOption {
    @Option(names = "--force", description = "Replace files that exist.")
    private boolean force;

    public boolean force() {
        return force;
    }

    /** @throws UserException when there is such a file and it was not asked to replace it */
    public void check(Path file) {
        check(file, force);
    }

    /** @throws UserException when there is such a file and {@code force} is not given */
    public static void check(Path file, boolean force) {
        if (!force && Files.exists(file)) {
            throw new UserException("'" + file + "' exists already: choose another name, or --force to replace it");
        }
    }
}
