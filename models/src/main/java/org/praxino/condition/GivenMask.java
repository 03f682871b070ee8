package org.praxino.condition;

/**
 * Which latents of a clip are given, in training and in generation. The paper trains {@link #FIRST} (W.A.L.T 3.3); the others are ours: the condition
 * mask can say them just as well.
 */
public enum GivenMask {
    /** The first one or two latent frames: image to video, frame prediction, extension. */
    FIRST,
    /** The last one or two latent frames: what comes before a clip. */
    LAST,
    /** The first and the last latent frame: what comes between two pictures. */
    ENDS,
    /** All frames but a rectangle, or a rectangle alone: inpainting and outpainting. */
    REGION
}
