package org.praxino.stream;

/** How a clip goes on that is longer than the model's own (autoregressive generation, W.A.L.T 3.6): each piece begins with the end of the one before. */
public enum Continuation {
    /** The last frames of the piece are encoded anew, as two latent frames: five pixel frames (the paper). */
    REENCODE,
    /**
     * The last latent frame is kept as it is, and the frame before it is encoded alone, because a first latent frame always stands for one picture. Ours:
     * all latents are decoded as one clip, so pixels pass the tokenizer once.
     */
    LATENTS
}
