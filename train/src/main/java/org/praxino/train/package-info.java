/**
 * The one training loop, its clock in samples, its checkpoints and its log.
 * Objectives, one file each, live in the packages below, as do data sets and evaluation.
 * A run is resumed by running the same command again.
 */
@NullMarked
package org.praxino.train;

import org.jspecify.annotations.NullMarked;
