package org.praxino.train.student;

import org.praxino.tensor.ConfigException;
import org.praxino.train.data.Composing;

/**
 * Clips that are composed, encoded and stored, as in the teacher's run: the same values find the same store.
 *
 * @param frames video frames of a sample, 1 + 4k
 * @param composition how pictures are composed
 * @param latents samples that are stored
 */
public record Dataset(int frames, Composing composition, int latents) {
    public Dataset {
        if (frames < 1 || latents < 1) {
            throw new ConfigException("frames=" + frames + " and latents=" + latents + " must be positive");
        }
    }
}
