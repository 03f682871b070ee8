/**
 * Folders with Wan 2.1 or a causal student of it, in the published layouts: Wan's own, diffusers', a checkpoint beside either.
 * Reports what a folder holds and lacks without reading weights, and opens each part under Wan's own names.
 * Estimates the memory that a task needs beforehand, and what would make it fit.
 */
@NullMarked
package org.praxino.wan.folder;

import org.jspecify.annotations.NullMarked;
