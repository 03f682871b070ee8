/**
 * Whether a long stream is still the picture it set out to be: sharpness, saturation, motion and likeness to its first blocks.
 * All of it is measured on the frames that are delivered anyway, on a coarse grid, and costs next to nothing.
 * What is done about a drift is not decided here.
 */
@NullMarked
package org.praxino.stream.drift;

import org.jspecify.annotations.NullMarked;
