/**
 * The first stage of a student: paths of a many-step model from noise to clip are walked once and stored, and the student learns to say the
 * end of a path from any of the few levels it will be called at (CausVid section 4.3, eq. 6).
 * Paths come from the bidirectional teacher, all frames at once, or from a causal model, block after block (Causal-Forcing).
 */
@NullMarked
package org.praxino.train.ode;

import org.jspecify.annotations.NullMarked;
