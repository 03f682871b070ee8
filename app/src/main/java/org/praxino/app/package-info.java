/**
 * The {@code praxino} command line: options in, exit codes and messages out.
 * Commands read and check what was typed; an {@link org.praxino.app.cli.CommandAction} does the work, so that every command can be tested without it.
 * The only module with a logging backend, a terminal, and {@code System.exit}.
 */
@NullMarked
package org.praxino.app;

import org.jspecify.annotations.NullMarked;
