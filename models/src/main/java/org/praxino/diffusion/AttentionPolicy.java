package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/** Which latent frames a layer over time lets see each other: handed to the one network, never a second network. */
public sealed interface AttentionPolicy {
    /** All frames of the window see all. */
    record Full() implements AttentionPolicy {}

    /** Frames see their own block of {@code frames} latent frames and the blocks before it. */
    record BlockCausal(int frames) implements AttentionPolicy {
        public BlockCausal {
            if (frames < 1) {
                throw new UserException("block length " + frames + " must be at least one latent frame");
            }
        }
    }

    AttentionPolicy FULL = new Full();
}
