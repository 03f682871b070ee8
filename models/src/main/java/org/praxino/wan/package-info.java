/**
 * The networks of Wan 2.1 (Wan team 2025, arXiv 2503.20314) and of the causal models made from it, CausVid and Self-Forcing: the
 * transformer, bidirectional, block-causal or cached by its attention policy, and the video VAE with its streams.
 * Weights have Wan's own names; {@link org.praxino.wan.WanNames} maps other programs' names to these.
 */
@NullMarked
package org.praxino.wan;

import org.jspecify.annotations.NullMarked;
