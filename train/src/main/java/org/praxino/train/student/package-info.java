/**
 * What all stages of training a streaming student share: its shape, clips and captions drawn from the store, noise levels by block, its
 * teacher. A student is the teacher's network under a block-causal policy, with a noise level for each latent frame, at a few levels only.
 * The stages themselves, one objective each, are {@code train.ode}, {@code train.causal} and {@code train.dmd}.
 */
@NullMarked
package org.praxino.train.student;

import org.jspecify.annotations.NullMarked;
