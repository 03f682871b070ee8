package org.praxino.app.verify;

import org.jspecify.annotations.Nullable;

/**
 * What became of a case.
 *
 * @param name of the case
 * @param component that it holds to account
 * @param passed whether the error is within the tolerance
 * @param error the largest relative L2 error of its outputs; null where none could be computed
 * @param tolerance at which it passes; null for texts
 * @param worst the output with that error
 * @param problem why it failed, or null
 * @param seconds taken
 */
public record Verdict(
        String name,
        String component,
        boolean passed,
        @Nullable Double error,
        @Nullable Double tolerance,
        @Nullable String worst,
        @Nullable String problem,
        double seconds) {}
