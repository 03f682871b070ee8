/**
 * Checkpoints to resume from, and model folders to use. Both are written atomically and record their provenance: version, configuration,
 * data, host. The layouts are described in docs/formats.md.
 */
@NullMarked
package org.praxino.io.model;

import org.jspecify.annotations.NullMarked;
