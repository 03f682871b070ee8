/**
 * Composes training samples from stored clips: backgrounds, positions, sizes, motions, colours, copies and pairs, and captions that say so.
 * Sample i of a seed is always the same.
 * Presets choose how much is composed.
 */
@NullMarked
package org.praxino.train.data.compose;

import org.jspecify.annotations.NullMarked;
