/**
 * The implementation of clips and streams: networks of a model, block generation, decoding, checkpoints and snapshots.
 * Its public classes are not part of the library's API; use {@link org.praxino.stream}.
 * Code runs on a model's own threads: one for streams, one for clips, one for decoding.
 */
@NullMarked
package org.praxino.stream.engine;

import org.jspecify.annotations.NullMarked;
