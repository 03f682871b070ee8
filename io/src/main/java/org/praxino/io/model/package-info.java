/**
 * What training leaves behind: checkpoints to resume from, and model folders to use and hand on.
 * Both are folders that appear whole or not at all, and both say how they were made: version, configuration, data, host.
 * The layouts are described in docs/formats.md.
 */
@NullMarked
package org.praxino.io.model;

import org.jspecify.annotations.NullMarked;
