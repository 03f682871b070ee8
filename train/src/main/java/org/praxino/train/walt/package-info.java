/**
 * Training of the W.A.L.T transformer: the diffusion objective on cached latents, images and clips mixed.
 * Text states are computed once and read from disk; nothing of the codec or the encoder runs while it trains.
 * The loop, checkpoints and logs are those of {@link org.praxino.train.TrainLoop}.
 */
@NullMarked
package org.praxino.train.walt;

import org.jspecify.annotations.NullMarked;
