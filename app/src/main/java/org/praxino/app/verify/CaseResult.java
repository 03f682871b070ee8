package org.praxino.app.verify;

import org.jspecify.annotations.Nullable;

/**
 * The result of a golden case.
 *
 * @param name of the case
 * @param component under test
 * @param passed whether the error is within the tolerance
 * @param error the largest relative L2 error of its outputs, or null
 * @param tolerance maximum error; null for texts
 * @param worst the output with that error
 * @param problem why it failed, or null
 * @param seconds taken
 */
public record CaseResult(
        String name,
        String component,
        boolean passed,
        @Nullable Double error,
        @Nullable Double tolerance,
        @Nullable String worst,
        @Nullable String problem,
        double seconds) {}
