/**
 * Tensors with explicit lifetimes, layers, attention, optimiser and seeded random streams.
 * The only module that uses libtorch; all others use {@link org.praxino.tensor.Tensor}.
 * Native memory belongs to the innermost open {@link org.praxino.tensor.Scope} or to a named owner that is closed.
 */
@NullMarked
package org.praxino.tensor;

import org.jspecify.annotations.NullMarked;
