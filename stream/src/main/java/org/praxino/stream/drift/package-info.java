/**
 * Drift detection: compares sharpness, saturation, motion and colours of a long stream with its first blocks. Works on a coarse grid of the
 * delivered frames, at negligible cost. The caller decides how to react.
 */
@NullMarked
package org.praxino.stream.drift;

import org.jspecify.annotations.NullMarked;
