/**
 * The first stage of a student: ODE trajectories of a many-step model are computed once and stored, and the student learns to predict the
 * end of a trajectory from each of its few levels (CausVid section 4.3, eq. 6).
 * Paths come from the bidirectional teacher, all frames at once, or from a causal model, block after block (Causal-Forcing).
 */
@NullMarked
package org.praxino.train.ode;

import org.jspecify.annotations.NullMarked;
