package org.praxino.app.cli;

/**
 * What a command does once its options are read and checked.
 *
 * @param <O> the command's options, a record
 */
@FunctionalInterface
public interface CommandAction<O> {
    /** @return the exit code: 0 when all is well, 1 when the work was done and its answer is "no" */
    int run(O options, CommandContext context) throws Exception;
}
