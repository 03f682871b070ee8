/**
 * Parts that the transformers share: linear layers, modulation, rotary and timestep embeddings, activation checkpointing, and a bounded
 * store of owned tensors. Nothing here depends on a network. Layers ask {@link org.praxino.tensor.Params} for their weights, which owns them.
 */
@NullMarked
package org.praxino.nn;

import org.jspecify.annotations.NullMarked;
