/**
 * What all commands share: console output, global options, the stop signal, progress and logging.
 * Commands and benchmarks are built on it.
 * It does not depend on any command.
 */
@NullMarked
package org.praxino.app.cli;

import org.jspecify.annotations.NullMarked;
