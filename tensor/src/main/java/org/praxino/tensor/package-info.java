/**
 * Tensors with explicit lifetimes, layers, attention, optimiser and seeded random streams.
 * This is the only room that sees libtorch; everything above speaks {@link org.praxino.tensor.Tensor}.
 * Native memory belongs to the innermost open {@link org.praxino.tensor.Scope} or to a named owner that is closed.
 */
@NullMarked
package org.praxino.tensor;

import org.jspecify.annotations.NullMarked;
