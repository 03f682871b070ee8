package org.praxino.app.cli;

import org.praxino.tensor.UserException;
import picocli.CommandLine.Model.CommandSpec;

/** Refuses options that were typed and have no effect beside others. */
public final class GivenOptions {
    private GivenOptions() {}

    /** Whether {@code option} was typed, be it with its default value. */
    public static boolean has(CommandSpec command, String option) {
        return command.commandLine().getParseResult().hasMatchedOption(option);
    }

    /** @throws UserException when {@code option} was typed; {@code reason} completes "--option has no effect" */
    public static void refuse(CommandSpec command, String option, String reason) {
        if (has(command, option)) {
            throw new UserException(option + " has no effect " + reason);
        }
    }
}
