/**
 * The networks of Wan 2.1 (Wan team 2025, arXiv 2503.20314) and of the causal models made from it, CausVid and Self-Forcing: the
 * transformer, bidirectional, block-causal or with a cache as the policy handed in says, and the video VAE with its streams.
 * Weights are asked for under Wan's own names; tables in {@link org.praxino.wan.WanNames} tell other programs' names in these.
 */
@NullMarked
package org.praxino.wan;

import org.jspecify.annotations.NullMarked;
