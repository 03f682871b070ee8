/**
 * Training of the W.A.L.T tokenizer: its objective and the losses it is made of.
 * Each loss has a weight in the configuration and can be tested alone.
 * The loop, checkpoints and logs are those of {@link org.praxino.train.TrainLoop}.
 */
@NullMarked
package org.praxino.train.tokenizer;

import org.jspecify.annotations.NullMarked;
