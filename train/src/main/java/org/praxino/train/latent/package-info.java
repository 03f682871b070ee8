/**
 * Latents of a training set on disk: composed and encoded once, verified by hash, then read through a memory map.
 * Single images come free: the first latent frame of every clip is the code of a still picture.
 * What a store holds is determined by data, composition, codec and seed, all named in its index.
 */
@NullMarked
package org.praxino.train.latent;

import org.jspecify.annotations.NullMarked;
