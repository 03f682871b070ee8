/**
 * What a denoiser is conditioned on besides the noise: text, class, given frames, a low-resolution latent, its own last estimate.
 * All of it is gathered in one {@link org.praxino.condition.DenoiserInput}, checked when it is made.
 * Dropping a condition is a value of the same family, so guidance and label drop need no special road.
 */
@NullMarked
package org.praxino.condition;

import org.jspecify.annotations.NullMarked;
