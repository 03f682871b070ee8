/**
 * Folders with Wan 2.1 or a causal student of it, as people have them: Wan's own layout, diffusers', a checkpoint beside either.
 * Says what a folder holds and what it lacks without reading a weight, and opens each part under Wan's own names.
 * Estimates the memory that a task needs beforehand, and what would make it fit.
 */
@NullMarked
package org.praxino.wan.folder;

import org.jspecify.annotations.NullMarked;
