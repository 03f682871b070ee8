/**
 * Prepares a data set from a folder of clips, images and captions.
 * Captions are in files beside the clips, or in one list.
 * Unusable files are listed with the reason and skipped.
 */
@NullMarked
package org.praxino.train.data.folder;

import org.jspecify.annotations.NullMarked;
