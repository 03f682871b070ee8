package org.praxino.diffusion;

/** What the other half of classifier-free guidance is made without. */
public enum GuidedBy {
    /** Without the text or the class; the given frames stay. */
    CONDITION,
    /** Without the given frames; text or class stay (W.A.L.T 3.3: guidance on the frame condition). */
    FRAMES,
    /** Without either. */
    BOTH
}
