package org.praxino.train.tokenizer;

import java.util.List;
import org.praxino.tensor.ConfigException;

/**
 * The perceptual part of a tokenizer run.
 *
 * @param weight of the term
 * @param size to which frames are resized for the network, 0 for none
 * @param places folders in which the network's npm package is looked for before npm is asked
 */
public record PerceptualTraining(double weight, int size, List<String> places) {
    public PerceptualTraining {
        places = List.copyOf(places);
        if (!(weight > 0) || size < 0) {
            throw new ConfigException("perceptual weight=" + weight + " must be positive and size=" + size + " not negative");
        }
    }
}
