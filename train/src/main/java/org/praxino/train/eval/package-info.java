/**
 * Scores of reconstructed and generated video: PSNR, SSIM, Fréchet distance on named features, retrieval accuracy, motion energy.
 * Features come from a pretrained network that an npm package carries, or from I3D when the user gives its file; every score says
 * which. Definitions and what is comparable with what: docs/metrics.md.
 */
@NullMarked
package org.praxino.train.eval;

import org.jspecify.annotations.NullMarked;
