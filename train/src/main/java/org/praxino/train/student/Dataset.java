package org.praxino.train.student;

import org.praxino.tensor.ConfigException;
import org.praxino.train.data.compose.CompositionPreset;

/**
 * Settings of composed, encoded and stored clips. Equal settings share one store.
 *
 * @param frames video frames of a sample, 1 + 4k
 * @param composition how pictures are composed
 * @param latents samples that are stored
 */
public record Dataset(int frames, CompositionPreset composition, int latents) {
    public Dataset {
        if (frames < 1 || latents < 1) {
            throw new ConfigException("frames=" + frames + " and latents=" + latents + " must be positive");
        }
    }
}
