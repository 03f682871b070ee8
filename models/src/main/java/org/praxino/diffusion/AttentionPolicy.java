package org.praxino.diffusion;

import org.praxino.tensor.UserException;

/** Which latent frames see which in the layers over time. Passed to the one network in every call. */
public sealed interface AttentionPolicy {
    /** All frames of the window see all. */
    record Full() implements AttentionPolicy {}

    /**
     * Frames see their own block of {@code frames} latent frames and the blocks before it.
     *
     * @param lead latent frames of the first block where that is shorter: 1 where a clip begins with a given picture (CausVid's branch for
     *     image to video); 0 where it is as long as the others
     */
    record BlockCausal(int frames, int lead) implements AttentionPolicy {
        public BlockCausal {
            if (frames < 1) {
                throw new UserException("block length " + frames + " must be at least one latent frame");
            }
            if (lead < 0 || lead > frames) {
                throw new UserException("a first block of " + lead + " latent frames must be no longer than the others, of " + frames);
            }
        }

        public BlockCausal(int frames) {
            this(frames, 0);
        }

        /** Number of the block that a frame is in. */
        public int block(int frame) {
            return lead == 0 ? frame / frames : frame < lead ? 0 : 1 + (frame - lead) / frames;
        }
    }

    /**
     * For training: the first half of the latent frames is the clean clip, the second half the same frames with noise. Clean frames see
     * as under {@link BlockCausal}; noisy frames see the clean ones of the blocks before theirs, and the noisy ones of their own block.
     * What is predicted for the clean half means nothing (teacher forcing; Causal-Forcing, arXiv 2602.02214).
     *
     * @param frames of a block
     */
    record TeacherForced(int frames) implements AttentionPolicy {
        public TeacherForced {
            if (frames < 1) {
                throw new UserException("block length " + frames + " must be at least one latent frame");
            }
        }
    }

    /**
     * The frames are one block that continues from what {@code cache} holds; they see all of that and each other. The first one is number
     * {@link KvCache#next}.
     *
     * @param write whether the block's own keys and values are kept afterwards; then the block should be clean
     */
    record Cached(KvCache cache, boolean write) implements AttentionPolicy {}

    AttentionPolicy FULL = new Full();
}
