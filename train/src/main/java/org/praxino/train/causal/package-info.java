/**
 * Causal diffusion training by teacher forcing: each block is denoised at a level of its own while it sees the clean blocks before it.
 * The result is a causal model with many steps and guidance, whose trajectories a causal student can follow (Causal-Forcing, arXiv 2602.02214).
 * It starts from the bidirectional teacher's weights and the teacher's stored clips.
 */
@NullMarked
package org.praxino.train.causal;

import org.jspecify.annotations.NullMarked;
