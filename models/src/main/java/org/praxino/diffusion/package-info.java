/**
 * The mathematics of diffusion: schedules, what a network predicts, training levels, samplers, guidance.
 * Noise levels are numbers from 0 (clean) to 1000 (noise) everywhere; schedules turn them into signal and noise in double.
 * A network is anything that implements {@link org.praxino.diffusion.Denoiser}; samplers are free functions over one step's call.
 */
@NullMarked
package org.praxino.diffusion;

import org.jspecify.annotations.NullMarked;
