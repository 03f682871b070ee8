/**
 * What all commands share: console output, global options, the stop signal, progress and logging.
 * Commands and benchmarks are built on it.
 * It knows no command.
 */
@NullMarked
package org.praxino.app.cli;

import org.jspecify.annotations.NullMarked;
