/**
 * Causal diffusion training by teacher forcing: each block is denoised at a level of its own while it sees the clean blocks before it.
 * What comes out is a causal model with many steps and guidance, whose paths are fit for a causal student (Causal-Forcing, arXiv 2602.02214).
 * It starts from the bidirectional teacher's weights and the teacher's stored clips.
 */
@NullMarked
package org.praxino.train.causal;

import org.jspecify.annotations.NullMarked;
