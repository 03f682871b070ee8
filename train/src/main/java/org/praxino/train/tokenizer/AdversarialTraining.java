package org.praxino.train.tokenizer;

import org.praxino.tensor.ConfigException;

/**
 * The adversarial part of a tokenizer run. W.A.L.T names the term; these values are MAGVIT-v2's where they are known.
 *
 * @param weight of the generator's term
 * @param start samples before the term counts and the discriminator learns; late starts keep it from winning at once
 * @param learningRate of the discriminator
 * @param clip largest 2-norm of its gradient
 * @param network the discriminator; its height and width are those of the crops
 * @param terms R1 and LeCam
 */
public record AdversarialTraining(
        double weight, long start, double learningRate, double clip, DiscriminatorConfig network, AdversarialLoss.Config terms) {
    public AdversarialTraining {
        if (!(weight > 0) || start < 0 || !(learningRate > 0) || !(clip > 0)) {
            throw new ConfigException("adversarial weight=" + weight + ", learningRate=" + learningRate + ", clip=" + clip
                    + " must be positive and start=" + start + " not negative");
        }
    }
}
