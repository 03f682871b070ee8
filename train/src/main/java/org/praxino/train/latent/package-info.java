/**
 * Latents of a training set on disk: composed and encoded once, verified by hash, then read through a memory map.
 * Stills need no store of their own: the first latent frame of every clip encodes a single image.
 * What a store holds is determined by data, composition, codec and seed, all named in its index.
 */
@NullMarked
package org.praxino.train.latent;

import org.jspecify.annotations.NullMarked;
