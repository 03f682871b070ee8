/**
 * Training data: clips and stills with captions, decoded once into a store with random access.
 *
 * <p>{@link org.praxino.train.data.emoji.FluentEmojiDataset} and {@link org.praxino.train.data.folder.FolderDataset} prepare a
 * {@link org.praxino.train.data.ClipStore}; {@link org.praxino.train.data.compose.ClipComposer}
 * draws captioned samples from it, each a pure function of a seed and an index.
 * Pixels and captions are in separate files, so that captions can change without decoding again.
 */
@NullMarked
package org.praxino.train.data;

import org.jspecify.annotations.NullMarked;
